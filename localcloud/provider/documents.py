"""Values compared by what they mean: JSON documents, and lists whose order means nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.row import Properties

UNORDERED = frozenset({"Action", "NotAction", "Resource", "NotResource", "Statement", "AWS"})
"""Parts of a policy in which one value may stand alone and the order means nothing."""


def same(  # noqa: PLR0911 - one return for each pair of kinds
    one: Any, other: Any, *, unordered: bool = False
) -> bool:
    """Say whether two values mean the same."""
    if one == other:
        return True
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and _same_lists(one, other, unordered=unordered)
        case str(), str():
            first, second = document(one), document(other)
            return first is not None and second is not None and meaning(first) == meaning(second)
        case (bool(), str()) | (str(), bool()):
            return str(one).lower() == str(other).lower()
        case (int() | float(), str()) | (str(), int() | float()):
            return str(one) == str(other)
        case _:
            return False


def _same_lists(one: list[Any], other: list[Any], *, unordered: bool) -> bool:
    if unordered:
        one, other = (sorted(items, key=_text) for items in (one, other))
    return all(same(first, second) for first, second in zip(one, other, strict=True))


def document(text: str) -> Any:
    """Return the JSON object or list in *text*; None when it is something else."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def meaning(value: Any) -> Any:
    """Return *value* in a form that is equal for documents which mean the same."""
    if isinstance(value, dict):
        # AWS drops what is null, and policies may write one statement, action, ... without a list.
        return {
            key: _set(item) if key in UNORDERED else meaning(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [meaning(item) for item in value]
    return value


def _set(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return sorted((meaning(item) for item in items), key=_text)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def json_faults(inputs: Properties, *keys: str) -> Iterator[Fault]:
    """Yield which of the inputs *keys* is no JSON object."""
    for key in keys:
        text = inputs.get(key)
        if not isinstance(text, str):
            continue
        try:
            found = json.loads(text)
        except ValueError as error:
            yield Fault(key, f"is no JSON ({error}): write it with json.dumps")
            continue
        if not isinstance(found, dict):
            yield Fault(key, f"is a JSON {type(found).__name__}: write an object")


def policy_faults(inputs: Properties, key: str, *, principal: bool) -> Iterator[Fault]:
    """Yield what is wrong with a policy; *principal*: whether its statements must name one."""
    text = inputs.get(key)
    if not isinstance(text, str):
        return
    faults = list(json_faults(inputs, key))
    yield from faults
    if faults:
        return
    policy = json.loads(text)
    statements = policy.get("Statement")
    if not statements:
        yield Fault(key, "has no Statement: write at least one")
    for statement in statements if isinstance(statements, list) else [statements or {}]:
        if statement and statement.get("Effect") not in ("Allow", "Deny"):
            found = statement.get("Effect")
            yield Fault(key, f"has the Effect {found!r}: write Allow or Deny")
        if statement and not statement.keys() & {"Action", "NotAction"}:
            yield Fault(key, "has a statement without Action: name the actions")
        has = bool(statement.keys() & {"Principal", "NotPrincipal"})
        if statement and has is not principal:
            want = "name a Principal" if principal else "remove it, the holder is the principal"
            yield Fault(key, f"has a statement {'with' if has else 'without'} Principal: {want}")
