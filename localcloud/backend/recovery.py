"""Resolves what an interrupted update left open, so that the next one converges.

The engine records an operation before it calls the provider. If it is killed, or loses its
connection to the provider, it cannot tell whether the operation took place:

- An object that was created is adopted: the provider keeps a journal of the ids it created
  (`localcloud.engine.creations`). If none was created, the next update creates it.
- A resource that was being updated, deleted or adopted is marked `refreshBeforeUpdate`: the engine
  reads it before it compares, and finds a lost update or a lost delete.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.engine.creations import Creation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Json = dict[str, Any]

CREATING = "creating"
PROVIDERS = "pulumi:providers:"
REFRESHED = ("updating", "deleting")
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.2


@dataclass
class Recovered:
    """What was resolved, as URNs."""

    adopted: list[str] = field(default_factory=list[str])
    """Resources that had been created."""
    repeated: list[str] = field(default_factory=list[str])
    """Resources whose operation the next update repeats."""

    def __bool__(self) -> bool:
        """Return whether there was anything to resolve."""
        return bool(self.adopted or self.repeated)

    def __str__(self) -> str:
        """Say what was resolved, in one sentence."""
        return (
            "Repaired the state of an interrupted run:"
            f" {len(self.adopted)} created resources adopted,"
            f" {len(self.repeated)} operations to repeat"
        )


def recover(
    deployment: Json,
    failed: Iterable[Json],
    look_up: Callable[[str], Creation],
    elsewhere: Callable[[str, str], bool],
) -> Recovered:
    """Resolve the pending and the *failed* operations in *deployment*, in place.

    An operation also fails where the provider's answer is lost. *look_up* returns the last create
    of a URN by the provider; *elsewhere* says whether another stack has a resource of a type with
    an id.
    """
    recovered = Recovered()
    pending = deployment.pop("pending_operations", None) or []
    resources: list[Json] = deployment.setdefault("resources", [])
    for number, operation in enumerate([*pending, *failed]):
        resource = operation["resource"]
        urn = resource["urn"]
        made = _wait_for_creation(urn, look_up) if operation["type"] == CREATING else Creation()
        if made.id:
            known = _is_known(resources, urn, made.id) or elsewhere(resource["type"], made.id)
            if not known:
                _adopt(resources, resource, made.id)
                recovered.adopted.append(urn)
            continue
        if operation["type"] in REFRESHED:
            _refresh_before_update(resources, urn, resource.get("id", ""))
        if number < len(pending):
            recovered.repeated.append(urn)
    return recovered


def _is_known(resources: list[Json], urn: str, id_: str) -> bool:
    return any(one["urn"] == urn and one.get("id") == id_ for one in resources)


def _adopt(resources: list[Json], resource: Json, id_: str) -> None:
    """Put the created object before the one it replaces; that one is to be deleted.

    Its outputs are its inputs until the engine reads it. Without outputs the provider would treat
    Read as an import.
    """
    adopted = {
        **resource,
        "id": id_,
        "outputs": resource.get("inputs", {}),
        "refreshBeforeUpdate": True,
    }
    place = len(resources)
    for index, one in reversed(list(enumerate(resources))):
        if one["urn"] != resource["urn"]:
            continue
        place = index
        if one.get("pendingReplacement"):
            del resources[index]  # it was deleted first
        else:
            resources[index] = {**one, "delete": True}
    resources.insert(place, adopted)


def _refresh_before_update(resources: list[Json], urn: str, id_: str) -> None:
    """Mark the resource with *id_*; the engine records an update before it has set the new id."""
    for index, one in enumerate(resources):
        same = one["urn"] == urn and id_ in {"", one.get("id", "")}
        if same and not one.get("delete") and _is_read(one):
            resources[index] = {**one, "refreshBeforeUpdate": True}


def _is_read(resource: Json) -> bool:
    """Return whether the engine reads *resource*: a component or a provider would keep its mark."""
    return resource.get("custom", False) and not resource["type"].startswith(PROVIDERS)


def _wait_for_creation(urn: str, look_up: Callable[[str], Creation]) -> Creation:
    """Wait until the provider has finished what the interrupted update requested."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (made := look_up(urn)).running and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return made
