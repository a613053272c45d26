"""Check as the engine asks for it: the inputs completed, and everything that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import naming, sdk, tags
from localcloud.provider.checks import at, faults
from localcloud.provider.row import Fault, Row
from localcloud.provider.values import DEFAULTS, Secret, from_struct, revealed, veiled

if TYPE_CHECKING:
    from localcloud.provider.connections import Connection


def check(
    row: Row, request: Any, connection: Connection, *, live: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the inputs of a CheckRequest with a name and `tagsAll`, and the faults."""
    marked = {key: value for key, value in from_struct(request.news).items() if value is not None}
    marked.pop(DEFAULTS, None)
    found: list[Fault] = []
    if live:
        found += _unsupported(row, revealed(marked))
    if row.name is not None:
        fault = _name(row, request, marked)
        if fault is not None:
            found.append(fault)
    if "tagsAll" in sdk.declared(row.type).outputs:
        all_tags = tags.merged(connection.default_tags, marked.get("tags"))
        marked["tagsAll"] = connection.without_ignored(all_tags)
    known = {fault.property for fault in found}
    secret = {key: Secret(marked[key]) for key in row.secret if key in marked}
    plain = veiled({**marked, **secret})
    found += [fault for fault in faults(row, plain) if fault.property not in known]
    return marked, found


def _unsupported(row: Row, inputs: dict[str, Any]) -> list[Fault]:
    """Return a fault for each input that the local cloud has nothing for."""
    reason = "is not supported by the local cloud: leave it out of the stack `local`"
    found: list[Fault] = []
    for path in sorted(row.unsupported):
        *block, key = path.split(".")
        found += [
            Fault(f"{where}.{key}".removeprefix("."), reason)
            for where, value in at(inputs, block, "")
            if isinstance(value, dict) and value.get(key)
        ]
    return found


def _name(row: Row, request: Any, inputs: dict[str, Any]) -> Fault | None:
    """Give the object a name where the program gives none."""
    autonaming = None
    if request.HasField("autonaming"):
        wanted = request.autonaming
        autonaming = naming.Autonaming(int(wanted.mode), wanted.proposed_name)
    logical_name = request.name or request.urn.rsplit("::", 1)[-1]
    olds = revealed(from_struct(request.olds))
    plain = revealed(inputs)
    assert row.name is not None  # noqa: S101 - the caller asked
    wish = naming.Wish(logical_name, request.randomSeed, autonaming)
    fault = naming.name(row.name, plain, olds, wish)
    for key in (row.name.property, DEFAULTS):
        if key in plain and key not in inputs:
            inputs[key] = plain[key]
    return fault
