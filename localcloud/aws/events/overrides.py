"""EventBridge: the delivery of events, validation of rules and targets, and missing operations."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time
from moto.events.exceptions import (
    InvalidEventPatternException,
    ResourceNotFoundException,
    ValidationException,
)
from moto.events.models import (
    EventBusPolicyStatement,
    EventPattern,
    EventPatternParser,
    EventsBackend,
    Rule,
)
from moto.events.responses import EventsHandler

from localcloud.aws.events import metrics, patterns, targets
from localcloud.aws.events.delivery import deliver
from localcloud.aws.events.matching import matches

_put_targets = EventsHandler.put_targets
_describe = EventBusPolicyStatement.describe
_FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")
_REQUIRED = ("Source", "DetailType", "Detail")
_UPDATED = ("Description", "KmsKeyIdentifier", "DeadLetterConfig")


def install() -> None:
    """Replace these operations of moto."""
    backend: Any = EventsBackend
    backend.put_events = _put_events
    backend._put_permission_from_policy = staticmethod(_put_policy)  # noqa: SLF001
    EventBusPolicyStatement.describe = _statement  # type: ignore[method-assign]
    backend.list_tags_for_resource = _list_tags
    backend.tag_resource = _tag
    backend.untag_resource = _untag
    Rule.send_to_targets = _send_to_targets  # type: ignore[method-assign]
    EventPatternParser._validate_event_pattern = _validate_pattern  # type: ignore[method-assign]  # noqa: SLF001 - moto has no public one
    EventPattern.matches_event = _matches  # type: ignore[method-assign]
    handler: Any = EventsHandler
    handler.put_targets = _put_valid_targets
    handler.test_event_pattern = _test_pattern
    handler.update_event_bus = _update_bus


def _put_events(self: Any, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deliver the valid entries; the others are answered with their error."""
    answers = [_entry_error(event) or _put(self, event) for event in events]
    metrics.put(answers)
    return answers


def _entry_error(event: dict[str, Any]) -> dict[str, str] | None:
    missing = next((name for name in _REQUIRED if not event.get(name)), None)
    if missing:
        text = f"Parameter {missing} is not valid. Reason: {missing} is a required argument."
        return {"ErrorCode": "InvalidArgument", "ErrorMessage": text}
    try:
        valid = isinstance(json.loads(event["Detail"]), dict)
    except ValueError:
        valid = False
    return (
        None if valid else {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    )


def _put(self: Any, entry: dict[str, Any]) -> dict[str, Any]:
    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": self.account_id,
        "time": entry.get("Time") or unix_time(),
        "region": self.region_name,
        "resources": entry.get("Resources") or [],
        "detail": json.loads(entry["Detail"]),
    }
    bus = self.describe_event_bus(entry.get("EventBusName"))
    for rule in list(bus.rules.values()):  # a delivery to a function releases the lock
        deliver(rule, event)
    return {"EventId": event["id"]}


def _send_to_targets(self: Any, original_event: Any, *_args: Any, **_kwargs: Any) -> None:
    """Deliver an event of another service, or of a replay."""
    deliver(self, original_event)


def _validate_pattern(_self: Any, pattern: Any) -> None:
    reason = patterns.problem(pattern)
    if reason:
        raise InvalidEventPatternException(reason=reason)


def _matches(self: Any, event: Any) -> bool:
    return matches(self.get_pattern(), event)


def _put_valid_targets(self: Any) -> Any:
    for target in self._get_param("Targets") or []:
        for member, reason in targets.problems(target):
            raise ValidationException(f"{member} of target {target['Id']} {reason}")
    return _put_targets(self)


def _test_pattern(self: Any) -> str:
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


def _put_policy(bus: Any, policy: str) -> None:
    """Replace the policy: moto adds its statements, and requires a Sid."""
    try:
        found = json.loads(policy)["Statement"]
        statements = [
            EventBusPolicyStatement.from_dict({"Sid": None, **one})
            for one in (found if isinstance(found, list) else [found])
        ]
    except (KeyError, TypeError, ValueError) as error:
        text = f"The policy is not valid: {error!r}."
        raise JsonRESTError("ValidationException", text) from error
    bus.remove_statements()
    for number, statement in enumerate(statements):
        bus._statements[statement.sid or f"statement-{number}"] = statement  # noqa: SLF001


def _statement(self: Any) -> dict[str, Any]:
    return {name: value for name, value in _describe(self).items() if value is not None}


def _update_bus(self: Any) -> str:
    """Replace the settings of an event bus, which moto does not update."""
    bus = self.events_backend.describe_event_bus(self._get_param("Name"))
    wanted = {name: self._get_param(name) for name in _UPDATED}
    bus.description, bus.kms_key_identifier, bus.dead_letter_config = wanted.values()
    bus.last_modified_time = unix_time()
    found = {name: value for name, value in wanted.items() if value}
    return json.dumps({"Arn": bus.arn, "Name": bus.name, **found})


def _list_tags(self: Any, arn: str) -> Any:
    _require(self, arn)
    return self.tagger.list_tags_for_resource(arn)


def _tag(self: Any, arn: str, tags: dict[str, str]) -> None:
    _require(self, arn)
    self.tagger.tag_resource(arn, [{"Key": key, "Value": tags[key]} for key in tags])


def _untag(self: Any, arn: str, tag_keys: list[str]) -> None:
    _require(self, arn)
    self.tagger.untag_resource_using_names(arn, tag_keys)


def _require(self: Any, arn: str) -> None:
    """Raise unless *arn* is the one of a bus or rule: moto searches by name only."""
    buses = self.event_buses.values()
    if arn not in {bus.arn for bus in buses} | {r.arn for bus in buses for r in bus.rules.values()}:
        raise ResourceNotFoundException(f"Resource {arn} does not exist.")
