"""The Check call: complete the inputs and validate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk
from localcloud.provider.limits import quoted, violation
from localcloud.provider.row import CheckFailure
from localcloud.provider.validation import kind_failures
from localcloud.provider.values import (
    DEFAULTS,
    has_secret,
    has_unknown,
    is_unknown,
    unwrap_secrets,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from localcloud.provider.utilities.declarations import (
        Function,
        Kind,
        Properties,
        Property,
        ResourceType,
    )

QUOTED = 40
"""Characters of a value that a message has at least, if it quotes it."""


def check(
    token: str, type_: ResourceType | Function, given: Mapping[str, Any]
) -> tuple[Properties, list[CheckFailure]]:
    """Return the plain inputs with their defaults, and the failures, at most one per property."""
    declared = type_.inputs
    plain = unwrap_secrets({key: value for key, value in given.items() if key != DEFAULTS})
    inputs = {key: value for key, value in plain.items() if value is not None}
    failures = _first_of_each((*_undeclared(token, declared, inputs), *_declared(declared, inputs)))
    if failures:
        return inputs, _redacted(failures, declared, given)
    inputs = {key: _converted(declared[key].kind, value) for key, value in inputs.items()}
    defaults = {key: item.default for key, item in declared.items() if item.default is not None}
    inputs = type_.complete({**defaults, **inputs})
    return inputs, _redacted(_first_of_each(type_.check(inputs)), declared, given)


def _first_of_each(failures: Iterable[CheckFailure]) -> list[CheckFailure]:
    found: dict[str, CheckFailure] = {}
    for failure in failures:
        found.setdefault(failure.property, failure)
    return list(found.values())


def _undeclared(
    token: str, declared: Mapping[str, Property], inputs: Properties
) -> Iterator[CheckFailure]:
    for key in inputs.keys() - declared.keys():
        yield CheckFailure(key, f"is not an input of {token}: remove it")


def _declared(declared: Mapping[str, Property], inputs: Properties) -> Iterator[CheckFailure]:
    for key, item in declared.items():
        if key in inputs:
            yield from _kind_failures(item.kind, inputs[key], key)
            yield from _limit_failures(item, inputs[key], key)
        elif item.required:
            yield CheckFailure(key, "is required: set it")


def _kind_failures(kind: Kind, value: Any, path: str) -> Iterator[CheckFailure]:
    if is_unknown(value):
        return
    if isinstance(kind, dict):
        yield from _block_failures(kind, value, path)
    elif kind == "integer" and (isinstance(value, bool) or not _is_whole(value)):
        yield CheckFailure(path, f"is {quoted(value)}: write a whole number")
    elif isinstance(kind, list) and not isinstance(value, list if kind[0] == "list" else dict):
        yield CheckFailure(path, f"is {quoted(value)}: write a {kind[0]} of {kind[1]}s")
    else:
        yield from kind_failures(kind, value, path)


def _is_whole(value: Any) -> bool:
    try:
        return float(value).is_integer()
    except (TypeError, ValueError):
        return False


def _block_failures(members: dict[str, Kind], value: Any, path: str) -> Iterator[CheckFailure]:
    if not isinstance(value, dict):
        yield CheckFailure(path, f"is {quoted(value)}: write a map of properties")
        return
    for key, item in value.items():
        if key in members:
            yield from _kind_failures(members[key], item, f"{path}.{key}")
        elif key != DEFAULTS:
            want = ", ".join(sorted(members))
            yield CheckFailure(f"{path}.{key}", f"is not a property of {path}: use one of {want}")


def _limit_failures(item: Property, value: Any, path: str) -> Iterator[CheckFailure]:
    if item.limit is None:
        return
    found = (
        {f"{path}[{index}]": part for index, part in enumerate(value)}
        if isinstance(value, list)
        else {path: value}
    )
    for where, part in found.items():
        if not has_unknown(part) and (reason := violation(item.limit, part)):
            yield CheckFailure(where, reason)


def _redacted(
    failures: list[CheckFailure], declared: Mapping[str, Property], given: Mapping[str, Any]
) -> list[CheckFailure]:
    """Return *failures* without the reasons that quote a secret."""
    secrets = [
        text
        for key, value in given.items()
        if has_secret(value) or (key in declared and declared[key].secret)
        for text in _texts(unwrap_secrets(value))
    ]
    return [
        CheckFailure(failure.property, "has a secret value that is not valid: correct it")
        if any(text in failure.reason for text in secrets)
        else failure
        for failure in failures
    ]


def _texts(value: Any) -> Iterator[str]:
    """Yield every scalar in *value* as messages quote it."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
    elif value not in (None, ""):
        yield quoted(value)[:QUOTED]


def _converted(kind: Kind, value: Any) -> Any:
    if isinstance(kind, dict) and isinstance(value, dict):
        return {key: _converted(kind[key], item) for key, item in value.items() if key in kind}
    return sdk.convert(kind, value)
