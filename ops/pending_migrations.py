"""Runs the migrations that waited for an engine, once it is installed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from localcloud import pending_migrations
from localcloud.clients import client
from localcloud.engines import missing
from ops import deployed
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.engine.progress import Progress
    from localcloud.layout import Layout
    from ops.deployed import Resource


def run(layout: Layout, found: Mapping[str, Resource], show: Progress) -> None:
    """Run the pending migrations of deployed services whose engines are installed.

    Raises CommandError if one fails: it is pending until the next `bulkhead up`.
    """
    pending = pending_migrations.read(layout)
    if not pending:
        return
    # Takes a second, and is rarely needed.
    from stacks import pending_migrations as postponed  # noqa: PLC0415
    from stacks.migrations import MigrationError  # noqa: PLC0415

    services = {one.service for one in deployed.workloads(found)}
    needed = missing.needs(layout)
    try:
        for name in pending:
            if name not in services:
                pending_migrations.remove(layout, name)
            elif name not in needed:
                show(f"Running the migrations of {name}")
                postponed.run(layout, name, partial(client, layout))
    except MigrationError as error:
        raise CommandError(str(error)) from error
    finally:
        missing.refresh(layout)
