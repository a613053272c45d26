"""Checks of consumers' filters against the schemas of their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from spec.events import schema_file
from spec.events.files import versions
from spec.faults import Fault, SpecError
from spec.filters import DATA, paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spec.catalogue import Catalogue
    from spec.source import Source

OPEN = ("patternProperties", "allOf", "anyOf", "oneOf", "if", "not")
"""Keywords with which an object may have fields that its `properties` do not list."""
MAX_REFERENCES = 10  # from one to the next; a longer chain is a circle


def faults(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Yield the fields that a filter names and the schema of its event does not have."""
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
            for path in paths(consumer.filter):
                if path[0] == DATA and (known := _unknown(schema, schema, path[1:])):
                    yield source.fault(
                        spec,
                        ["consumes", event, "filter", *path],
                        f"a field that version {consumer.version} of {event!r} does not have",
                        f"write one of: {', '.join(known)}",
                    )


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
