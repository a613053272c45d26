"""EventBridge: entries whose detail is not an object, and TestEventPattern."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventPattern, EventPatternParser, EventsBackend
from moto.events.responses import EventsHandler

_put_events = EventsBackend.put_events
_FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")


def install() -> None:
    """Replace these operations of moto."""
    EventsBackend.put_events = _put  # type: ignore[method-assign]
    EventsHandler.test_event_pattern = _test  # type: ignore[method-assign]


def _put(self: Any, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the events whose detail is a JSON object or malformed JSON, which moto reports."""
    refused = [position for position, event in enumerate(events) if _is_no_object(event)]
    answered = iter(_put_events(self, [e for n, e in enumerate(events) if n not in refused]))
    error = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return [error if n in refused else next(answered) for n in range(len(events))]


def _is_no_object(event: dict[str, Any]) -> bool:
    try:
        return not isinstance(json.loads(event.get("Detail") or "{}"), dict)
    except ValueError:
        return False


def _test(self: Any) -> str:
    pattern = EventPatternParser(self._get_param("EventPattern"))
    try:
        event = json.loads(self._get_param("Event"))
    except ValueError as error:
        raise JsonRESTError("ValidationException", "Event is not valid JSON.") from error
    missing = [name for name in _FIELDS if name not in event]
    if missing:
        text = f"Parameter Event is not valid. Reason: missing {', '.join(missing)}."
        raise JsonRESTError("ValidationException", text)
    matches = EventPattern(pattern.pattern, pattern.parse()).matches_event(event)
    return json.dumps({"Result": matches})
