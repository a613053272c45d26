"""The JSON schema of a rule's parameters, and what a configuration has wrong against it.

A parameter's default says what it takes: a number where a number is, a list of texts where a list
of texts is. A default of None, or an empty list or object, says nothing about what is in it.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, cast

from policy.engine.values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_TYPES: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("boolean", bool),
    ("number", (int, float)),
    ("string", str),
    ("object", dict),
    ("array", list),
)


def schema(params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each parameter, with its default."""
    found = {name: as_json(value) for name, value in params.items()}
    return {name: {**_shape(value), "default": value} for name, value in found.items()}


def faults(params: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each mistake in *given*, as the name of the parameter and what is wrong with it."""
    expected = schema(params)
    for name, value in given.items():
        if name in expected:
            yield from ((name, wrong) for wrong in _wrong(expected[name], value, name))
        else:
            yield name, f"there is no parameter '{name}'{_meant(name, expected)}"


def as_json(value: Any) -> Any:
    """Return *value*, a parameter's default, as JSON has it: no tuples, no sets, no enums."""
    if is_object(value):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in cast("Sequence[Any]", value)]
    if isinstance(value, (set, frozenset)):
        return sorted(as_json(one) for one in cast("Iterable[Any]", value))
    return str(value) if isinstance(value, str) else value


def _shape(value: Any) -> dict[str, Any]:
    typ = _type(value)
    shape: dict[str, Any] = {} if typ == "null" else {"type": typ}
    if typ == "array":
        shape |= _inner("items", value)
    if typ == "object":
        shape |= _inner("additionalProperties", list(value.values()))
    return shape


def _inner(key: str, values: list[Any]) -> dict[str, Any]:
    """Return the schema of what is inside, where all of it is of one type."""
    types = {_type(one) for one in values} - {"null"}
    return {key: {"type": types.pop()}} if len(types) == 1 else {}


def _type(value: Any) -> str:
    return next((name for name, typ in _TYPES if isinstance(value, typ)), "null")


def _wrong(expected: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    typ = expected.get("type")
    if typ is not None and _type(value) != typ:
        yield f"{where} must be {_article(typ)}; found {value!r}"
        return
    inner = expected.get("items") or expected.get("additionalProperties")
    if inner is None:
        return
    if is_array(value):
        for index, one in enumerate(value):
            yield from _wrong(inner, one, f"{where}[{index}]")
    elif is_object(value):
        for key, one in value.items():
            yield from _wrong(inner, one, f"{where}.{key}")


def _article(typ: str) -> str:
    return f"an {typ}" if typ[0] in "aeiou" else f"a {typ}"


def _meant(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if not names:
        return ": the rule takes none"
    close = difflib.get_close_matches(name, names, n=1)
    return f": write '{close[0]}'" if close else f": there are {', '.join(names)}"
