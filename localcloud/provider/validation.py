"""Validates inputs at preview against the SDK's types, botocore's shapes and the row's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import regions, sdk
from localcloud.provider.limits import quoted, violation
from localcloud.provider.row import CheckFailure
from localcloud.provider.shape_validation import shape_failures
from localcloud.provider.values import DEFAULTS, has_unknown, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.row import Row

REGION = "region"
PROVIDER_INPUTS = frozenset({DEFAULTS, "tagsAll"})


def failures(row: Row, inputs: Mapping[str, Any]) -> list[CheckFailure]:
    """Return the failures of *inputs*, at most one per property."""
    found: dict[str, CheckFailure] = {}
    for failure in (*_declared(row, inputs), *_limits(row, inputs), *_row_check(row, inputs)):
        found.setdefault(failure.property, failure)
    for failure in shape_failures(row, inputs):
        if not any(failure.property.startswith(known) for known in found):
            found.setdefault(failure.property, failure)
    return list(found.values())


def _row_check(row: Row, inputs: Mapping[str, Any]) -> Iterator[CheckFailure]:
    if row.check is not None:
        known = {key: value for key, value in inputs.items() if not has_unknown(value)}
        # An input that is set but unknown in a preview is not a failure.
        yield from (
            failure
            for failure in row.check(known)
            if failure.property in known or failure.property not in inputs
        )


def _declared(row: Row, inputs: Mapping[str, Any]) -> Iterator[CheckFailure]:
    declared = sdk.declared(row.type)
    for key in sorted(declared.required):
        if inputs.get(key) is None:
            yield CheckFailure(key, "is required: set it")
    for key, value in inputs.items():
        if key in PROVIDER_INPUTS:
            continue
        if key not in declared.inputs:
            yield CheckFailure(key, f"is not an input of {row.type}: remove it")
        elif key == REGION and (reason := regions.why_invalid(value)):
            yield CheckFailure(key, reason)
        else:
            yield from kind_failures(declared.inputs[key], value, key)


def kind_failures(kind: Any, value: Any, path: str) -> Iterator[CheckFailure]:
    """Yield where *value* does not have the type that the SDK declares."""
    if value is None or is_unknown(value):
        return
    if isinstance(kind, str):
        if sdk.convert(kind, value) is sdk.NOT_CONVERTIBLE:
            named = f"an {kind}" if kind == "integer" else f"a {kind}"
            yield CheckFailure(path, f"is {quoted(value)}, not {named}: write {named}")
    elif kind[0] == "list":
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield from kind_failures(kind[1], item, f"{path}[{index}]")
    elif isinstance(value, dict):
        yield from _block(kind, value, path)
    else:
        yield CheckFailure(path, f"is {quoted(value)}: write a map of properties")


def _block(kind: Any, value: dict[str, Any], path: str) -> Iterator[CheckFailure]:
    """Yield the failures inside a map or a block."""
    form, inner = kind
    known = dict.fromkeys(value, inner) if form == "map" else sdk.members(inner)
    required = sdk.required_members(inner) if form == "object" else ()
    missing = sorted(key for key in required if value.get(key) is None)
    if missing:
        yield CheckFailure(path, f"is a block without {', '.join(missing)}: set what it requires")
    for key, item in value.items():
        if key in known:
            yield from kind_failures(known[key], item, f"{path}.{key}")
        elif key != DEFAULTS:
            want = ", ".join(sorted(known))
            yield CheckFailure(
                f"{path}.{key}", f"is not a property of this block: use one of {want}"
            )


def _limits(row: Row, inputs: Mapping[str, Any]) -> Iterator[CheckFailure]:
    for path, limit in row.limits.items():
        for where, value in values_at(inputs, path.split("."), ""):
            if value is not None and not is_unknown(value):
                reason = violation(limit, value)
                if reason:
                    yield CheckFailure(where, reason)


def values_at(value: Any, path: list[str], where: str) -> Iterator[tuple[str, Any]]:
    """Yield every value at *path* with its location; lists on the way are iterated."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from values_at(item, path, f"{where}[{index}]")
    elif not path:
        yield where, value
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:], f"{where}.{path[0]}" if where else path[0])
