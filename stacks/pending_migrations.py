"""Migrations on a machine that lacks the engine of the database: they run at a later `bulkhead up`.

Imported for the stack `local` alone: other environments do without the packages of the local cloud.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.service.args import MigrationPlan
from localcloud import pending_migrations
from localcloud.engines import missing
from localcloud.layout import Layout
from stacks.migrations import MigrationTask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

INPUTS = ("cluster", "taskDefinition", "networkConfiguration")


def postpone(service: str, plan: MigrationPlan, inputs: Mapping[str, Any]) -> bool:
    """Postpone the migrations of *service* if it is off; return whether it is."""
    layout = Layout.current()
    need = missing.needs(layout).get(service)
    if need is None:
        pending_migrations.remove(layout, service)
        return False
    pulumi.log.warn(f"the migrations of {service} wait, and it is off: {need}")
    needed = {name: inputs[name] for name in INPUTS}
    run = {"command": list(plan.command), "directory": plan.directory, "inputs": needed}
    pending_migrations.add(layout, service, run)
    missing.refresh(layout)
    return True


def run(layout: Layout, service: str, clients: Callable[[str], Any]) -> None:
    """Run the pending migrations of *service*; raises MigrationError."""
    found = pending_migrations.read(layout)[service]
    plan = MigrationPlan(command=found["command"], directory=found["directory"])
    MigrationTask(service, plan, clients).run(found["inputs"])
    pending_migrations.remove(layout, service)
