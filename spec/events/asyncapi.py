"""The events of a catalogue as a document of AsyncAPI 3.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from spec.events import checks
from spec.events.overview import summaries

if TYPE_CHECKING:
    from pathlib import Path

    from spec.catalogue import Catalogue
    from spec.events.overview import EventSummary

VERSION = "3.0.0"
CONTENT_TYPE = "application/cloudevents+json"
TEXT = {"type": "string", "minLength": 1}
NOT_IN_DOCUMENT = frozenset({"$schema", "$id"})


def document(catalogue: Catalogue, services: Path) -> dict[str, Any]:
    """Return the document; raises SpecError for a schema that is invalid."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for one in summaries(catalogue, services):
        names = {version: f"{one.event}-{version}" for version in one.versions} or {0: one.event}
        found = checks.schemas(services, catalogue.services[one.owner]).get(one.event, {})
        for version, name in names.items():
            schemas[name] = _local(found.get(version, {"type": "object"}), name)
            messages[name] = _message(one, version, name)
        channels[one.event] = {
            "address": one.event,
            "description": f"Published by {one.owner} ({', '.join(one.channels)}).",
            "messages": {name: _ref("components", "messages", name) for name in names.values()},
        }
        operations[f"{one.owner}-sends-{one.event}"] = _operation("send", one.event, names.values())
        for reader, version in one.readers.items():
            read = [names.get(version, one.event)]
            operations[f"{reader}-receives-{one.event}"] = _operation("receive", one.event, read)
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Events",
            "version": "1",
            "description": "Events of all services, as CloudEvents 1.0 in JSON.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(one: EventSummary, version: int, name: str) -> dict[str, Any]:
    required = ["specversion", "id", "source", "type", "subject", "time", "data"]
    return {
        "name": one.event,
        "title": f"{one.event}, version {version}" if version else one.event,
        "contentType": CONTENT_TYPE,
        "payload": {
            "type": "object",
            "required": [*required, "dataschema"] if version else required,
            "properties": {
                "specversion": {"const": "1.0"},
                "id": TEXT,
                "source": {"const": one.owner},
                "type": {"const": one.event},
                "subject": TEXT,
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"const": "application/json"},
                "dataschema": {"const": f"urn:bulkhead:event:{one.event}:{version}"}
                if version
                else TEXT,
                "correlationid": TEXT,
                "traceparent": TEXT,
                "baggage": TEXT,
                "sequence": {"type": "string", "pattern": "^[0-9]{20}$"},
                "data": _ref("components", "schemas", name),
            },
        },
    }


def _operation(action: str, event: str, messages: Any) -> dict[str, Any]:
    return {
        "action": action,
        "channel": _ref("channels", event),
        "messages": [_ref("channels", event, "messages", name) for name in messages],
    }


def _ref(*parts: str) -> dict[str, str]:
    return {"$ref": f"#/{'/'.join(parts)}"}


def _local(value: Any, name: str) -> Any:
    """Return a schema whose references are relative to the document."""
    if isinstance(value, list):
        return [_local(one, name) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    content = cast("dict[str, Any]", value)
    found = {key: _local(one, name) for key, one in content.items() if key not in NOT_IN_DOCUMENT}
    if isinstance(ref := found.get("$ref"), str):
        found["$ref"] = f"#/components/schemas/{name}{ref.removeprefix('#')}"
    return found
