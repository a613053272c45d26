"""Delivers events to the targets of rules; a failing target does not affect the others."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import events_backends
from moto.sqs.models import sqs_backends

from localcloud.aws.events import archives, metrics, retries, senders
from localcloud.aws.events.senders import DeliveryError
from localcloud.aws.events.target_input import payload
from localcloud.aws.events.targets import ARN

_LOG = logging.getLogger(__name__)
_MISSING = re.compile("NotFound|NotExist|NonExistent|Unknown")


def deliver(rule: Any, event: dict[str, Any], passed: tuple[str, ...] = ()) -> None:
    """Send *event*, which has passed the event buses *passed*, to the targets of *rule*.

    A disabled rule, and one without a pattern (a schedule), receives no events.
    """
    event = {key: value for key, value in event.items() if key != "ingestion-time"}
    event["time"] = iso(event["time"])
    pattern = rule.event_pattern
    if rule.state == "DISABLED" or not pattern.dump() or not pattern.matches_event(event):
        return
    metrics.matched(rule)
    send_to_targets(rule, event, passed)


def send_to_targets(rule: Any, event: dict[str, Any], passed: tuple[str, ...] = ()) -> None:
    """Send *event* to the targets of *rule*, whatever its pattern."""
    metrics.triggered(rule)
    for target in list(rule.targets):  # a delivery to a function releases the lock
        metrics.attempted(rule, retry=False)
        try:
            _send(rule, target, event, passed)
        except Exception as error:  # noqa: BLE001 - a target's failure must not affect others
            if _is_temporary(error) and retries.allowed(target):
                retries.add(rule, target, event)
            else:
                give_up(rule, target, event, error, 0)
        else:
            metrics.succeeded(rule)


def resume() -> None:
    """Deliver what was pending when the process ended."""
    retries.resume(_retry, give_up)


def _retry(
    rule: Any, target: dict[str, Any], event: dict[str, Any], attempt: int
) -> Exception | None:
    metrics.attempted(rule, retry=True)
    try:
        _send(rule, target, event, ())
    except Exception as error:  # noqa: BLE001 - as for the first attempt
        if _is_temporary(error):
            return error
        give_up(rule, target, event, error, attempt)
    else:
        metrics.succeeded(rule)
    return None


def _is_temporary(error: Exception) -> bool:
    """Return whether a retry may succeed: not if the target is missing or cannot take the event."""
    return not isinstance(error, DeliveryError) and not _is_missing(error)


def give_up(
    rule: Any, target: dict[str, Any], event: dict[str, Any], error: Exception, attempts: int
) -> None:
    """Send *event* to the dead letters of *target*."""
    _LOG.warning(
        "rule %s: event %s was not delivered to %s: %s",
        rule.arn, event["id"], target["Arn"], _message(error),
    )  # fmt: skip
    metrics.failed(rule)
    _to_dead_letters(rule, target, event, error, attempts)


def iso(time: Any) -> str:
    """Return a timestamp of a request, in seconds or as text, as an event shows it."""
    if isinstance(time, str):
        return time
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _send(
    rule: Any, target: dict[str, Any], event: dict[str, Any], passed: tuple[str, ...]
) -> None:
    if target["Arn"].endswith(":::"):
        _archive(rule, event)
        return
    arn = ARN.fullmatch(target["Arn"].removesuffix(":*"))
    if arn is None:
        raise DeliveryError("INVALID_PARAMETER", "it is not a target of the local cloud")
    if arn["service"] == "events":
        _to_bus(arn, event, (*passed, _bus_arn(rule)))
        return
    if arn["region"] != rule.region_name:
        text = f"it is in {arn['region']}, and targets must be in the rule's region"
        raise DeliveryError("INVALID_PARAMETER", text)
    known = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": iso(unix_time()),
        "aws.events.event.json": event,
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
    }
    text = payload(target, event, known)
    senders.SENDERS[arn["service"]](senders.Delivery(rule, target, event, arn, text))


def _to_bus(arn: re.Match[str], event: dict[str, Any], passed: tuple[str, ...]) -> None:
    bus = events_backends[arn["account"]][arn["region"]].describe_event_bus(arn["name"])
    if bus.arn in passed:
        raise DeliveryError("INVALID_PARAMETER", "the event has passed this event bus before")
    for rule in list(bus.rules.values()):
        deliver(rule, event, passed)


def _bus_arn(rule: Any) -> str:
    return f"arn:aws:events:{rule.region_name}:{rule.account_id}:event-bus/{rule.event_bus_name}"


def _archive(rule: Any, event: dict[str, Any]) -> None:
    for archive in events_backends[rule.account_id][rule.region_name].archives.values():
        if archive.rule is rule:
            archives.add(archive, event)


def _is_missing(error: Exception) -> bool:
    name = f"{type(error).__name__} {getattr(error, 'error_type', '')}"
    return _MISSING.search(name) is not None


def _message(error: Exception) -> str:
    """Return the message of an error of AWS without its response."""
    return str(getattr(error, "message", "") or error)


def _to_dead_letters(
    rule: Any, target: dict[str, Any], event: dict[str, Any], error: Exception, attempts: int
) -> None:
    arn = ARN.fullmatch((target.get("DeadLetterConfig") or {}).get("Arn") or "")
    if arn is None:
        return
    code = getattr(error, "code", None) if isinstance(error, DeliveryError) else None
    texts = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code or ("NO_RESOURCE" if _is_missing(error) else "INTERNAL_ERROR"),
        "ERROR_MESSAGE": _message(error),
        "RETRY_ATTEMPTS": str(attempts),
    }
    attributes = {
        name: {"DataType": "String", "StringValue": text} for name, text in texts.items() if text
    }
    try:
        sqs_backends[arn["account"]][arn["region"]].send_message(
            queue_name=arn["name"], message_body=json.dumps(event), message_attributes=attributes
        )
    except Exception as failure:  # noqa: BLE001 - as for the target itself
        _LOG.warning("event %s is lost: %s: %s", event["id"], arn[0], failure)
        metrics.to_dead_letters(rule, sent=False)
    else:
        metrics.to_dead_letters(rule, sent=True)
