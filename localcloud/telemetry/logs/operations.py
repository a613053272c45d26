"""The data operations of CloudWatch Logs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from localcloud.telemetry.logs.events import EVENT_OVERHEAD_BYTES, LogEvent, LogQuery, Position
from localcloud.telemetry.operations import OperationError
from log_patterns import Line, PatternError, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.logs.declared import Declared
    from localcloud.telemetry.logs.events import StoredEvent
    from localcloud.telemetry.operations import Call, Handler
    from log_patterns import Pattern

DAY = 86_400_000
HOUR = 3_600_000
MAX_BATCH_BYTES = 1_048_576
MAX_BATCH_EVENTS = 10_000
MAX_AGE_DAYS = 14
MAX_FUTURE_HOURS = 2
MAX_PAGE_BYTES = 1_048_576
MAX_PAGE_EVENTS = 10_000
SCANNED_AT_ONCE = 2_000
SCANNED_PER_PAGE = 20_000
BATCH_PREFIX = "bulkhead-"
"""Begins sequence tokens that name a batch: the local cloud's own senders repeat them."""


class LogOperations:
    """Handlers of the operations."""

    def __init__(self, context: TelemetryContext, declared: Declared) -> None:
        """Answer from the context's store."""
        self._context, self._store, self._declared = context, context.logs, declared

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by operation."""
        return {
            "PutLogEvents": self.put,
            "GetLogEvents": self.get,
            "FilterLogEvents": self.filter,
            "TestMetricFilter": self.test,
        }

    async def put(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """Store events; the answer is sent after they were committed."""
        name, stream = parameters["logGroupName"], parameters["logStreamName"]
        group = await self._declared.stream(call.region, name, stream)
        events: list[dict[str, Any]] = parameters["logEvents"]
        _check_batch(events)
        now = int(time.time() * 1000)
        oldest = now - MAX_AGE_DAYS * DAY
        expired = now - (group.retention_days or 1 << 30) * DAY
        times = [event["timestamp"] for event in events]
        too_old = sum(at < oldest for at in times)
        expired_end = sum(at < expired for at in times)
        too_new = sum(at > now + MAX_FUTURE_HOURS * HOUR for at in times)
        accepted = events[max(too_old, expired_end) : len(events) - too_new]
        token = parameters.get("sequenceToken") or ""
        self._store.append(
            call.account,
            call.region,
            name,
            stream,
            [LogEvent(one["timestamp"], one["message"], now) for one in accepted],
            batch=token if token.startswith(BATCH_PREFIX) else "",
        )
        self._context.database.flush()
        rejected = {
            **({"tooOldLogEventEndIndex": too_old} if too_old else {}),
            **({"expiredLogEventEndIndex": expired_end} if expired_end else {}),
            **({"tooNewLogEventStartIndex": len(events) - too_new} if too_new else {}),
        }
        told = {"rejectedLogEventsInfo": rejected} if rejected else {}
        return {"nextSequenceToken": f"{uuid4().int % 10**56:056d}", **told}

    async def get(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """Return events of one stream, forwards or backwards from a token."""
        group, stream = _group(parameters), parameters["logStreamName"]
        await self._declared.stream(call.region, group, stream)
        token = parameters.get("nextToken")
        forward, position = _position(token) if token else (None, None)
        head = bool(parameters.get("startFromHead"))
        backward = forward is False or (forward is None and not head)
        end = parameters.get("endTime")
        found = self._store.search(
            LogQuery(
                region=call.region,
                groups=[group],
                streams=[stream],
                start=parameters.get("startTime"),
                end=None if end is None else end - 1,
                after=position if forward else None,
                before=position if forward is False else None,
                newest_first=backward,
                limit=parameters.get("limit") or MAX_PAGE_EVENTS,
            )
        )
        page = _page(found)
        if backward:
            page.reverse()
        here = position or Position(0, 0)
        first = Position(page[0].timestamp, page[0].id) if page else here
        last = Position(page[-1].timestamp, page[-1].id) if page else here
        return {
            "events": [
                {"timestamp": e.timestamp, "message": e.message, "ingestionTime": e.ingested}
                for e in page
            ],
            "nextForwardToken": f"f/{last.timestamp:020d}{last.id:036d}",
            "nextBackwardToken": f"b/{first.timestamp:020d}{first.id:036d}",
        }

    async def filter(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """Return events of a group that match a pattern, streams interleaved by time."""
        group = _group(parameters)
        await self._declared.group(call.region, group)
        names, prefix = parameters.get("logStreamNames"), parameters.get("logStreamNamePrefix")
        if names and prefix:
            raise _invalid("logStreamNames and logStreamNamePrefix exclude each other")
        pattern = _pattern(parameters.get("filterPattern") or "")
        most = parameters.get("limit") or MAX_PAGE_EVENTS
        token = parameters.get("nextToken")
        after = _position(token)[1] if token else None
        found: list[StoredEvent] = []
        size = scanned = 0
        while True:
            read = self._store.search(
                LogQuery(
                    region=call.region,
                    groups=[group],
                    streams=names or (),
                    stream_prefix=prefix or "",
                    start=parameters.get("startTime"),
                    end=parameters.get("endTime"),
                    after=after,
                    limit=SCANNED_AT_ONCE,
                )
            )
            for event in read:
                if pattern.matches(Line(event.message)):
                    size += _size(event.message)
                    if found and (size > MAX_PAGE_BYTES or len(found) >= most):
                        return _filtered(found, after)
                    found.append(event)
                after = Position(event.timestamp, event.id)
            scanned += len(read)
            if len(read) < SCANNED_AT_ONCE:
                return _filtered(found, None)
            if scanned >= SCANNED_PER_PAGE:
                return _filtered(found, after)

    async def test(self, parameters: dict[str, Any], _call: Call) -> dict[str, Any]:
        """Return which of some messages match a pattern, and the values it extracts."""
        pattern = _pattern(parameters["filterPattern"])
        lines = [Line(message) for message in parameters["logEventMessages"]]
        return {
            "matches": [
                {
                    "eventNumber": number,
                    "eventMessage": line.message,
                    "extractedValues": pattern.fields(line),
                }
                for number, line in enumerate(lines, 1)
                if pattern.matches(line)
            ]
        }


def _check_batch(events: list[dict[str, Any]]) -> None:
    if len(events) > MAX_BATCH_EVENTS:
        raise _invalid(f"{len(events)} log events: at most {MAX_BATCH_EVENTS} are allowed")
    size = sum(_size(event["message"]) for event in events)
    if size > MAX_BATCH_BYTES:
        raise _invalid(f"Upload too large: {size} bytes exceeds limit of {MAX_BATCH_BYTES}")
    times = [event["timestamp"] for event in events]
    if times != sorted(times):
        raise _invalid(
            "Log events in a single PutLogEvents request must be in chronological order."
        )
    if times and times[-1] - times[0] > DAY:
        raise _invalid(
            "The batch of log events in a single PutLogEvents request"
            " cannot span more than 24 hours."
        )


def _size(message: str) -> int:
    return len(message.encode("utf-8", "replace")) + EVENT_OVERHEAD_BYTES


def _page(found: Sequence[StoredEvent]) -> list[StoredEvent]:
    page: list[StoredEvent] = []
    size = 0
    for event in found:
        size += _size(event.message)
        if page and size > MAX_PAGE_BYTES:
            break
        page.append(event)
    return page


def _filtered(found: Sequence[StoredEvent], after: Position | None) -> dict[str, Any]:
    token = {"nextToken": f"f/{after.timestamp:020d}{after.id:036d}"} if after else {}
    events = [
        {
            "logStreamName": e.stream,
            "timestamp": e.timestamp,
            "message": e.message,
            "ingestionTime": e.ingested,
            "eventId": e.aws_id,
        }
        for e in found
    ]
    return {"events": events, "searchedLogStreams": [], **token}


def _group(parameters: dict[str, Any]) -> str:
    """Return the name of the log group, which may be given by its ARN."""
    name, identifier = parameters.get("logGroupName"), parameters.get("logGroupIdentifier")
    if bool(name) == bool(identifier):
        raise _invalid("Exactly one of logGroupName and logGroupIdentifier must be given")
    found: str = name or identifier or ""
    return found.split(":")[6] if found.startswith("arn:") else found


def _position(token: str) -> tuple[bool, Position]:
    """Return whether *token* leads forwards, and the position it names."""
    kind, _, digits = token.partition("/")
    if kind not in ("f", "b") or len(digits) != 56 or not (digits.isascii() and digits.isdigit()):  # noqa: PLR2004 - the length of a token
        raise _invalid("The specified nextToken is invalid.")
    return kind == "f", Position(int(digits[:20]), int(digits[20:]))


def _pattern(text: str) -> Pattern:
    try:
        return parse_pattern(text)
    except PatternError as error:
        raise _invalid(f"Invalid filter pattern: {error}") from error


def _invalid(message: str) -> OperationError:
    return OperationError("InvalidParameterException", message)
