"""Whether a released schema may become another one under the same version.

It may if every event that was published with the one is valid with the other, and every event that
is published from now on is valid for consumers that have the former schema. Publishers send no
fields that their schema does not have, which is what makes an optional field an allowed addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema_rs import CanonicalSchema

    Where = tuple[str | int, ...]

ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "default", "$id"})
OTHER_FIELDS = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "if")
"""Keywords with which an object may have fields that its `properties` do not list."""


def changes(released: dict[str, Any], schema: dict[str, Any]) -> list[tuple[Where, str]]:
    """Return the changes that need another version, each with its place; none if it may stay."""
    former, present = _canonical(released), _canonical(schema)
    sent, sends = (_canonical(without_other_fields(one)) for one in (released, schema))
    if _covers(sends, sent) and _covers(former, sends) and _covers(present, sent):
        return []
    found = list(_differences(released, schema, ()))
    return found or [((), "a change of what is valid")]


def without_other_fields(schema: Any) -> Any:
    """Return *schema* without undeclared fields in objects that list their fields.

    `kit.schemas` checks what is published with it.
    """
    if not isinstance(schema, dict):
        return schema
    found = dict(cast("dict[str, Any]", schema))
    if "properties" in found:
        listed: dict[str, Any] = found["properties"]
        found["properties"] = {name: without_other_fields(one) for name, one in listed.items()}
        if not any(keyword in found for keyword in OTHER_FIELDS):
            found["additionalProperties"] = False
    if isinstance(found.get("items"), dict):
        found["items"] = without_other_fields(found["items"])
    return found


def _canonical(schema: Any) -> CanonicalSchema:
    from jsonschema_rs import canonicalize  # noqa: PLC0415 - only services with schemas need it

    return canonicalize(schema, draft=7, validate_formats=True, offline=True)


def _covers(one: CanonicalSchema, other: CanonicalSchema) -> bool:
    """Return whether *one* provably admits whatever *other* admits."""
    return one.covers(other).value == "yes"


def _differences(before: Any, after: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield where, "another schema"
        return
    old, new = cast("dict[str, Any]", before), cast("dict[str, Any]", after)
    for keyword in sorted((old.keys() | new.keys()) - ANNOTATIONS):
        here = (*where, keyword)
        first, second = old.get(keyword), new.get(keyword)
        if keyword == "properties":
            yield from _of_fields(first or {}, second or {}, here)
        elif keyword == "items":
            yield from _differences(first, second, here)
        elif keyword in {"required", "enum"}:
            yield from _of_lists(keyword, first or [], second or [], here)
        elif first != second:
            yield here, f"{_shown(second)} where {_shown(first)} is released"


def _of_fields(
    old: dict[str, Any], new: dict[str, Any], where: Where
) -> Iterator[tuple[Where, str]]:
    for name in sorted(old.keys() - new.keys()):
        yield where, f"no field {name!r}, which is released"
    for name in sorted(old.keys() & new.keys()):
        yield from _differences(old[name], new[name], (*where, name))


def _of_lists(
    keyword: str, old: list[Any], new: list[Any], where: Where
) -> Iterator[tuple[Where, str]]:
    what = "required field" if keyword == "required" else "value"
    yield from ((where, f"the {what} {one!r}, which is new") for one in new if one not in old)
    yield from ((where, f"no {what} {one!r}, which is released") for one in old if one not in new)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)
