"""Faults that AWS would find, found at preview: from botocore's shapes and from a row's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk
from localcloud.provider.limits import broken, shown
from localcloud.provider.row import Fault
from localcloud.provider.shape_checks import shape_faults
from localcloud.provider.values import DEFAULTS, has_unknown, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.row import Row

OWN_INPUTS = frozenset({DEFAULTS, "tagsAll"})


def faults(row: Row, inputs: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong with *inputs*, each property at most once."""
    found: dict[str, Fault] = {}
    for fault in (*_declared(row, inputs), *_limits(row, inputs), *_own(row, inputs)):
        found.setdefault(fault.property, fault)
    for fault in shape_faults(row, inputs):
        if not any(fault.property.startswith(known) for known in found):
            found.setdefault(fault.property, fault)
    return list(found.values())


def _own(row: Row, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    if row.check is not None:
        known = {key: value for key, value in inputs.items() if not has_unknown(value)}
        # What the row asks about an input that is set, but not known yet, is no fault.
        yield from (
            fault
            for fault in row.check(known)
            if fault.property in known or fault.property not in inputs
        )


def _declared(row: Row, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    declared = sdk.declared(row.type)
    for key in sorted(declared.required):
        if inputs.get(key) is None:
            yield Fault(key, "is required: set it")
    for key, value in inputs.items():
        if key in OWN_INPUTS:
            continue
        if key not in declared.inputs:
            yield Fault(key, f"is no input of {row.type}: remove it")
        else:
            yield from _kind(declared.inputs[key], value, key)


def _kind(kind: Any, value: Any, path: str) -> Iterator[Fault]:
    """Yield where *value* has another form than the SDK declares."""
    if value is None or is_unknown(value):
        return
    if isinstance(kind, str):
        if sdk.fit(kind, value) is sdk.NOTHING:
            yield Fault(path, f"is {shown(value)}, which is no {kind}: write a {kind}")
    elif kind[0] == "list":
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield from _kind(kind[1], item, f"{path}[{index}]")
    elif isinstance(value, dict):
        yield from _block(kind, value, path)
    else:
        yield Fault(path, f"is {shown(value)}: write a map of properties")


def _block(kind: Any, value: dict[str, Any], path: str) -> Iterator[Fault]:
    """Yield what is wrong inside a map or a block of properties."""
    form, inner = kind
    known = dict.fromkeys(value, inner) if form == "map" else sdk.members(inner)
    for key, item in value.items():
        if key in known:
            yield from _kind(known[key], item, f"{path}.{key}")
        elif key != DEFAULTS:
            want = ", ".join(sorted(known))
            yield Fault(f"{path}.{key}", f"is not known here: use one of {want}")


def _limits(row: Row, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    for path, limit in row.limits.items():
        for where, value in at(inputs, path.split("."), ""):
            if value is not None and not is_unknown(value):
                reason = broken(limit, value)
                if reason:
                    yield Fault(where, reason)


def at(value: Any, path: list[str], where: str) -> Iterator[tuple[str, Any]]:
    """Yield the values at *path*, each with its place; a list on the way is walked through."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from at(item, path, f"{where}[{index}]")
    elif not path:
        yield where, value
    elif isinstance(value, dict) and path[0] in value:
        yield from at(value[path[0]], path[1:], f"{where}.{path[0]}" if where else path[0])
