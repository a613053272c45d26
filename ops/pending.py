"""Resolves the pending operations that a killed run leaves in the state of a stack.

The engine records an operation before it calls the provider, so after a killed run it cannot tell
whether a resource was created. The provider keeps a journal of what it created. A resource that was
created is adopted into the state; one that was not is created by the next run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi import automation

from localcloud.engine.creations import Creation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CREATING = "creating"
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.2


@dataclass
class Repaired:
    """The outcome of a repair."""

    adopted: list[str] = field(default_factory=list[str])
    """URNs of resources that had been created."""
    forgotten: list[str] = field(default_factory=list[str])
    """URNs of resources that had not been created."""

    def __bool__(self) -> bool:
        """Return whether there was anything to repair."""
        return bool(self.adopted or self.forgotten)


def repair(
    stack: automation.Stack, saved: Mapping[str, Any], look_up: Callable[[str], Creation]
) -> Repaired:
    """Resolve every pending operation of *stack*, whose last state is *saved*."""
    if not saved.get("pending_operations"):
        return Repaired()
    state = stack.export_stack()
    deployment = dict(state.deployment or {})
    repaired = resolve(deployment, look_up)
    if repaired:
        stack.import_stack(automation.Deployment(version=state.version, deployment=deployment))
    if repaired.adopted:
        # With secrets in its output the engine would write its salt into the checkout.
        stack.refresh(target=repaired.adopted, show_secrets=False)
    return repaired


def resolve(deployment: dict[str, Any], look_up: Callable[[str], Creation]) -> Repaired:
    """Empty the list of pending operations in *deployment*, in place."""
    repaired = Repaired()
    known = {(one["urn"], one.get("id")) for one in deployment.get("resources") or ()}
    for operation in deployment.pop("pending_operations", None) or ():
        resource = operation["resource"]
        urn = resource["urn"]
        made = _wait_for_creation(urn, look_up) if operation["type"] == CREATING else Creation()
        if made.id and (urn, made.id) not in known:
            # Without outputs the provider would treat Read as an import, whose id contains the
            # names of parents.
            adopted = {**resource, "id": made.id, "outputs": resource.get("inputs", {})}
            deployment.setdefault("resources", []).append(adopted)
            repaired.adopted.append(urn)
        else:
            repaired.forgotten.append(urn)
    return repaired


def _wait_for_creation(urn: str, look_up: Callable[[str], Creation]) -> Creation:
    """Wait until the provider has finished what the killed run requested."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (made := look_up(urn)).running and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return made
