"""Checks of consumers' filters against the schemas of their events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from spec.events import schema_file
from spec.events.files import versions
from spec.faults import Fault, SpecError
from spec.filters import DATA, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spec.catalogue import Catalogue
    from spec.source import Source

OPEN = ("patternProperties", "allOf", "anyOf", "oneOf", "if", "not")
"""Keywords with which an object may have fields that its `properties` do not list."""
TEXT = ("prefix", "suffix", "equals-ignore-case")
"""Operators that compare text."""
MAX_REFERENCES = 10  # from one to the next; a longer chain is a circle


def faults(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Yield what of a filter can match no event of its schema: unknown fields, other types."""
    published = {event for spec in catalogue.services.values() for event in spec.publishes}
    for spec in catalogue.services.values():
        for event, consumer in spec.consumes.items():
            if not consumer.filter or event not in published:
                continue
            owner = catalogue.publisher(event).name
            file = versions(source.directory, owner, event).get(consumer.version)
            try:
                schema = schema_file.read(file) if file else {}
            except SpecError:
                continue  # reported with the schema
            version = f"version {consumer.version} of {event!r}"
            for path, rules in leaves(consumer.filter):
                where = ["consumes", event, "filter", *path]
                if path[0] != DATA:
                    continue
                if known := _unknown(schema, schema, path[1:]):
                    found = f"a field that {version} does not have"
                    yield source.fault(spec, where, found, f"write one of: {', '.join(known)}")
                elif types := _types(schema, schema, path[1:]):
                    for found, write in _misfits(types, rules):
                        about = f"{found}, which {version} never has there"
                        yield source.fault(spec, where, about, write)


def _unknown(root: dict[str, Any], schema: Any, path: Sequence[str]) -> list[str]:
    """Return the known fields beside the first part of *path* that *schema* does not have."""
    found = _resolved(root, schema)
    if not path or found is None:
        return []
    if isinstance(found.get("items"), dict):
        return _unknown(root, found["items"], path)
    fields: dict[str, Any] = found.get("properties") or {}
    if path[0] in fields:
        return _unknown(root, fields[path[0]], path[1:])
    is_open = isinstance(found.get("additionalProperties"), dict) or any(k in found for k in OPEN)
    return [] if is_open else list(fields)


def _types(root: dict[str, Any], schema: Any, path: Sequence[str]) -> set[str]:
    """Return the types of the field at *path*, or of its items; none if the schema names none."""
    found = _resolved(root, schema)
    if found is None:
        return set()
    if isinstance(found.get("items"), dict):
        return _types(root, found["items"], path)
    if path:
        fields: dict[str, Any] = found.get("properties") or {}
        return _types(root, fields.get(path[0]), path[1:])
    types: Any = found.get("type", [])
    known = {types} if isinstance(types, str) else {str(one) for one in types}
    return known | {"number"} if "integer" in known else known


def _misfits(types: set[str], rules: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield what of *rules* is of none of *types*, and what to write."""
    names = " or ".join(sorted(types - ({"number"} if "integer" in types else set())))
    for rule in rules:
        operator, values = _compared(rule)
        for value in values:
            kind = _kind(value)
            if kind in types:
                continue
            shown = json.dumps(value)
            write = f"write {names}"
            if types == {"string"}:
                write = "write text, in quotes where YAML reads another type (yes, no, on, 1_000)"
            yield f"the {kind} {shown}{f' of {operator}' if operator else ''}", write


def _compared(rule: Any) -> tuple[str, list[Any]]:
    """Return the operator of *rule*, if it is one, and the values that it compares with."""
    if not isinstance(rule, dict):
        return "", [rule]
    [(operator, wanted)] = cast("dict[str, Any]", rule).items()
    if operator == "numeric":
        return operator, wanted[1::2]
    if operator in TEXT:
        return operator, [wanted]
    if operator == "exists":
        return operator, []
    return operator, cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted]


def _kind(value: Any) -> str:
    """Return the type of *value* in JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"


def _resolved(root: dict[str, Any], schema: Any) -> dict[str, Any] | None:
    """Return *schema*, or what its reference names; None if that is not an object."""
    for _ in range(MAX_REFERENCES):
        if not isinstance(schema, dict):
            return None
        found = cast("dict[str, Any]", schema)
        if "$ref" not in found:
            return found
        schema = _at(root, str(found["$ref"]).removeprefix("#/").split("/"))
    return None


def _at(value: Any, path: Sequence[str]) -> Any:
    if not path:
        return value
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    return _at(fields.get(path[0]), path[1:])
