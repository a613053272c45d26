"""Compiles botocore's shapes to checks of a request's values.

What the shapes allow is accepted, and so is a pattern that Python cannot compile.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Check = Callable[[Any, str], Iterator["Failure"]]


@dataclass(frozen=True)
class Failure:
    """A value that a constraint rejects."""

    path: str
    """Such as `tags.1.member.key`."""
    constraint: str
    """In AWS's words, such as `Member must not be null`."""
    value: str | None
    """The value as AWS prints it; None if it is secret."""
    missing: bool = False
    wrong_type: bool = False


def compile_check(shape: Any, *, types: bool) -> Check | None:
    """Return the check of *shape*, None if it accepts everything; *types* checks JSON types too."""
    return _Compiler(types=types).check(shape)


class _Compiler:
    def __init__(self, *, types: bool) -> None:
        self._types = types
        self._checks: dict[str, Check | None] = {}
        self._constrained: dict[str, bool] = {}

    def check(self, shape: Any) -> Check | None:
        if shape.name in self._checks:
            return self._checks[shape.name]
        if not self._is_constrained(shape, set()):
            self._checks[shape.name] = None
            return None
        # A shape that contains itself finds this one, which calls the check once it is compiled.
        self._checks[shape.name] = lambda value, path: compiled(value, path)  # noqa: PLW0108
        make = {"structure": self._structure, "list": self._list, "map": self._map}
        compiled = make.get(shape.type_name, _scalar)(shape)
        if self._types:
            compiled = _typed(shape.type_name, compiled)
        self._checks[shape.name] = compiled
        return compiled

    def _is_constrained(self, shape: Any, seen: set[str]) -> bool:
        if shape.name in seen or shape.metadata.get("document"):
            return False
        seen.add(shape.name)
        if _own_constraints(shape) or self._types or shape.type_name in _NUMBERS:
            return True
        return any(self._is_constrained(one, seen) for one in _parts(shape))

    def _structure(self, shape: Any) -> Check:
        required = [(name, _lower(name)) for name in shape.required_members]
        members = {
            name: (check, _lower(name))
            for name, member in shape.members.items()
            if (check := self.check(member)) is not None
        }

        def failures(value: Any, path: str) -> Iterator[Failure]:
            for name, lower in required:
                if value.get(name) is None:
                    yield Failure(path + lower, "Member must not be null", "null", missing=True)
            for name, found in value.items():
                if found is not None and name in members:
                    check, lower = members[name]
                    yield from check(found, path + lower)

        return lambda value, path: failures(value, f"{path}." if path else "")

    def _list(self, shape: Any) -> Check:
        length, member = _scalar(shape), self.check(shape.member)
        plain = shape.member.type_name not in _NESTED

        def failures(value: Any, path: str) -> Iterator[Failure]:
            yield from length(value, path)
            if member is None:
                return
            for number, one in enumerate(value, 1):
                found = [] if one is None else member(one, f"{path}.{number}.member")
                yield from _wrapped(found, path, value, "Member") if plain else found

        return failures

    def _map(self, shape: Any) -> Check:
        length, key, member = _scalar(shape), self.check(shape.key), self.check(shape.value)
        plain = shape.value.type_name not in _NESTED

        def failures(value: Any, path: str) -> Iterator[Failure]:
            yield from length(value, path)
            for name, one in value.items():
                if key is not None:
                    yield from _wrapped(key(name, path), path, value, "Map keys")
                if member is not None and one is not None:
                    found = member(one, f"{path}.{name}.member")
                    yield from _wrapped(found, path, value, "Map value") if plain else found

        return failures


_NESTED = frozenset({"structure", "list", "map"})
_NUMBERS = frozenset({"integer", "long", "float", "double"})
_NOT_A_NUMBER = "STRING_VALUE can not be converted to a number"
_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,), "map": (dict,), "list": (list,), "string": (str,), "blob": (str,),
    "integer": (int, float, str), "long": (int, float, str), "float": (int, float, str),
    "double": (int, float, str), "boolean": (bool, str),
    "timestamp": (int, float, str),
}  # fmt: skip


def _parts(shape: Any) -> list[Any]:
    match shape.type_name:
        case "structure":
            return list(shape.members.values())
        case "list":
            return [shape.member]
        case "map":
            return [shape.key, shape.value]
        case _:
            return []


def _own_constraints(shape: Any) -> bool:
    found = shape.metadata
    return any(found.get(name) is not None for name in ("min", "max", "pattern", "enum")) or (
        shape.type_name == "structure" and bool(shape.required_members)
    )


def _lower(name: str) -> str:
    """Return a member's name as validation errors write it."""
    return name[:1].lower() + name[1:]


def _typed(kind: str, check: Check) -> Check:
    accepted = _TYPES.get(kind, (object,))

    def failures(value: Any, path: str) -> Iterator[Failure]:
        if isinstance(value, accepted):
            return check(value, path)
        wrong = f"{type(value).__name__} found where a {kind} was expected"
        return iter([Failure(path, wrong, None, wrong_type=True)])

    return failures


def _scalar(shape: Any) -> Check:
    limits = shape.metadata
    low, high, enum = limits.get("min"), limits.get("max"), limits.get("enum")
    pattern = _pattern(limits["pattern"]) if limits.get("pattern") else None
    source = limits.get("pattern")
    secret = bool(limits.get("sensitive"))
    number, measured = shape.type_name in _NUMBERS, shape.type_name != "blob"
    word = "value" if number else "length"
    allowed, listed = frozenset(enum or ()), f"[{', '.join(enum or ())}]"

    def failures(value: Any, path: str) -> Iterator[Failure]:
        try:
            size = _size(value, number=number) if measured else None
        except ValueError:
            yield Failure(path, _NOT_A_NUMBER, None, wrong_type=True)
            return
        shown = None
        if size is not None and low is not None and size < low:
            shown = f"Member must have {word} greater than or equal to {low}"
        elif size is not None and high is not None and size > high:
            shown = f"Member must have {word} less than or equal to {high}"
        if shown is not None:
            yield Failure(path, shown, None if secret else printed(value))
        if allowed and value not in allowed:
            yield Failure(path, f"Member must satisfy enum value set: {listed}", printed(value))
        elif pattern is not None and isinstance(value, str) and not pattern.fullmatch(value):
            told = f"Member must satisfy regular expression pattern: {source}"
            yield Failure(path, told, None if secret else printed(value))

    return failures


def _size(value: Any, *, number: bool) -> float | None:
    if number:
        return float(value)
    return len(value) if isinstance(value, (str, list, dict)) else None


@lru_cache(maxsize=4096)
def _pattern(source: str) -> re.Pattern[str] | None:
    """Compile a Java pattern; None if Python's syntax lacks something in it."""
    if "\\p{" in source or "&&" in source:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(source)
    except (re.error, Warning):
        return None


def _wrapped(
    found: Iterator[Failure] | list[Failure], path: str, value: Any, who: str
) -> Iterator[Failure]:
    for one in found:
        if one.wrong_type:
            yield one
        else:
            told = f"{who} must satisfy constraint: [{one.constraint}]"
            yield Failure(path, told, None if one.value is None else printed(value))


def printed(value: Any) -> str:
    """Return *value* as AWS prints it in an error, shortened."""
    if isinstance(value, dict):
        inner = ", ".join(f"{name}={printed(one)}" for name, one in value.items())
        text = f"{{{inner}}}"
    elif isinstance(value, list):
        text = f"[{', '.join(printed(one) for one in value)}]"
    else:
        text = str(value)
    return text if len(text) <= MAX_PRINTED else f"{text[:MAX_PRINTED]}..."


MAX_PRINTED = 1000
"""Longest value in an error."""
