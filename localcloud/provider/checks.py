"""Faults that AWS would find, found at preview: from botocore's shapes and from a row's limits."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk, shapes
from localcloud.provider.row import Fault, Limit, Op
from localcloud.provider.values import DEFAULTS, has_unknown, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.row import Row

SHOWN = 10
"""Allowed values that a message lists."""

LONGEST = 60
OWN_INPUTS = frozenset({DEFAULTS, "tagsAll"})


def faults(row: Row, inputs: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong with *inputs*, each property at most once."""
    found: dict[str, Fault] = {}
    for fault in (*_declared(row, inputs), *_limits(row, inputs), *_own(row, inputs)):
        found.setdefault(fault.property, fault)
    for fault in _shapes(row, inputs):
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
        return
    form, inner = kind
    if form == "list":
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield from _kind(inner, item, f"{path}[{index}]")
    elif not isinstance(value, dict):
        yield Fault(path, f"is {shown(value)}: write a map of properties")
    elif form == "map":
        for key, item in value.items():
            yield from _kind(inner, item, f"{path}.{key}")
    else:
        known = sdk.members(inner)
        for key, item in value.items():
            if key in known:
                yield from _kind(known[key], item, f"{path}.{key}")
            elif key != DEFAULTS:
                want = ", ".join(sorted(known))
                yield Fault(f"{path}.{key}", f"is not known here: use one of {want}")


def _limits(row: Row, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    for path, limit in row.limits.items():
        for where, value in _at(inputs, path.split("."), ""):
            if value is not None and not is_unknown(value):
                reason = broken(limit, value)
                if reason:
                    yield Fault(where, reason)


def _at(value: Any, path: list[str], where: str) -> Iterator[tuple[str, Any]]:
    """Yield the values at *path*, each with its place; a list on the way is walked through."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, path, f"{where}[{index}]")
    elif not path:
        yield where, value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:], f"{where}.{path[0]}" if where else path[0])


def broken(limit: Limit, value: Any) -> str:
    """Return which part of *limit* the value breaks, in one sentence; "" when none."""
    if limit.one_of and value not in limit.one_of and str(value) not in map(str, limit.one_of):
        allowed = ", ".join(str(item) for item in limit.one_of[:SHOWN])
        more = ", ..." if len(limit.one_of) > SHOWN else ""
        return f"is {shown(value)}: use one of {allowed}{more}"
    if limit.minimum is not None or limit.maximum is not None:
        low, high = limit.minimum, limit.maximum
        try:
            number = float(value)
        except (TypeError, ValueError):
            return f"is {shown(value)}: write a number"
        if (low is not None and number < low) or (high is not None and number > high):
            return f"is {shown(value)}: use {_range(low, high)}"
    low, high = limit.min_length, limit.max_length
    if isinstance(value, str | list | dict) and (
        (low is not None and len(value) < low) or (high is not None and len(value) > high)
    ):
        unit = "characters" if isinstance(value, str) else "items"
        return f"has {len(value)} {unit} ({shown(value)}): use {_range(low, high)}"
    if limit.pattern and isinstance(value, str) and not _matches(limit.pattern, value):
        return f"is {shown(value)}: it must match {limit.pattern}"
    return ""


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"{low:.0f} to {high:.0f}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # some patterns use what only Java's expressions have
        return None


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def shown(value: Any) -> str:
    """Return *value* as a message shows it."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + '..."'


def _shapes(row: Row, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what the shapes of the row's operations refuse."""
    own = [row.create] if isinstance(row.create, Op) else []
    prefix = shapes.resource_name(row.type)
    for op in (*own, *(Op(name=name) for name in row.checked_by)):
        members = shapes.members_of(
            shapes.operation(op.service or row.service, op.name).input_shape
        )
        for key, value in inputs.items():
            member = shapes.target(op, key, members, prefix)
            if member in members:
                yield from _walk(row, op, members[member], value, key, key)


def _walk(row: Row, op: Op, shape: Any, value: Any, path: str, where: str) -> Iterator[Fault]:
    if value is None or is_unknown(value) or path in row.limits:
        return
    match shape.type_name:
        case "structure":
            items = value if isinstance(value, list) else [value]
            for item in items:
                if isinstance(item, dict):
                    yield from _walk_block(row, op, shape, item, path, where)
        case "list":
            if isinstance(value, list):
                yield from _sizes(shape, value, where)
                for index, item in enumerate(value):
                    yield from _walk(row, op, shape.member, item, path, f"{where}[{index}]")
            elif not isinstance(value, dict):
                yield from _walk(row, op, shape.member, value, path, where)
        case "string" | "integer" | "long" | "float" | "double":
            if not isinstance(value, dict | list):
                yield from _sizes(shape, value, where)


def _walk_block(
    row: Row, op: Op, shape: Any, value: dict[str, Any], path: str, where: str
) -> Iterator[Fault]:
    for key, item in value.items():
        inner = f"{path}.{key}"
        member = op.rename.get(inner) or shapes.fitting(key, tuple(shape.members))
        if member in shape.members:
            yield from _walk(row, op, shape.members[member], item, inner, f"{where}.{key}")


def _sizes(shape: Any, value: Any, where: str) -> Iterator[Fault]:
    """Yield what the numbers in *shape* refuse about one value."""
    data = shape.metadata
    low, high = data.get("min"), data.get("max")
    sized = isinstance(value, str | list) and shape.type_name in ("string", "list")
    limit = Limit(
        one_of=tuple(getattr(shape, "enum", ()) or ()),
        pattern=data.get("pattern") if shape.type_name == "string" else None,
        **({"min_length": low, "max_length": high} if sized else {"minimum": low, "maximum": high}),
    )
    if shape.type_name == "string" and not isinstance(value, str):
        return
    if limit.one_of or limit.pattern or low is not None or high is not None:
        reason = broken(limit, value)
        if reason:
            yield Fault(where, reason)
