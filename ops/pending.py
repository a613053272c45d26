"""Mends a stack whose last run was killed in the middle of a step.

The engine notes a step before it asks the provider. Of a killed run it only knows that an object
*may* have been made. The provider knows: it keeps a journal of what it made for which resource. So
an object that was made is taken into the state, and one that was not is made again; either way
there is exactly one.
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
class Mended:
    """What was found and done."""

    adopted: list[str] = field(default_factory=list[str])
    """URNs of objects that had been made."""
    forgotten: list[str] = field(default_factory=list[str])
    """URNs whose objects had not been made."""

    def __bool__(self) -> bool:
        """Say whether there was anything to mend."""
        return bool(self.adopted or self.forgotten)


def mend(
    stack: automation.Stack, saved: Mapping[str, Any], look_up: Callable[[str], Creation]
) -> Mended:
    """Settle every pending operation of *stack*, whose last state is *saved*."""
    if not saved.get("pending_operations"):
        return Mended()
    state = stack.export_stack()
    deployment = dict(state.deployment or {})
    mended = settle(deployment, look_up)
    if mended:
        stack.import_stack(automation.Deployment(version=state.version, deployment=deployment))
    if mended.adopted:
        # Secrets in the history would make the engine write its salt into the checkout.
        stack.refresh(target=mended.adopted, show_secrets=False)
    return mended


def settle(deployment: dict[str, Any], look_up: Callable[[str], Creation]) -> Mended:
    """Empty the list of pending operations in *deployment*, in place."""
    mended = Mended()
    known = {(one["urn"], one.get("id")) for one in deployment.get("resources") or ()}
    for operation in deployment.pop("pending_operations", None) or ():
        resource = operation["resource"]
        urn = resource["urn"]
        made = _finished(urn, look_up) if operation["type"] == CREATING else Creation()
        if made.id and (urn, made.id) not in known:
            deployment.setdefault("resources", []).append({**resource, "id": made.id})
            mended.adopted.append(urn)
        else:
            mended.forgotten.append(urn)
    return mended


def _finished(urn: str, look_up: Callable[[str], Creation]) -> Creation:
    """Wait until the provider has ended what the killed run asked for."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (made := look_up(urn)).running and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return made
