"""StartLiveTail: the events of up to ten log groups while they arrive, once a second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from localcloud.event_stream import Event
from localcloud.telemetry.operations import OperationError
from log_patterns import Line, PatternError, parse_pattern

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.logs.declared import Declared
    from localcloud.telemetry.logs.events import LogBatch
    from localcloud.telemetry.operations import Call, EventHandler

MAX_GROUPS = 10
MAX_SESSIONS = 15
MAX_EVENTS_OF_UPDATE = 500
UPDATE_SECONDS = 1.0
SESSION_SECONDS = 3 * 3600.0
_ARN_PARTS = 7


class LiveTails:
    """The sessions that are open."""

    def __init__(self, context: TelemetryContext, declared: Declared) -> None:
        """Read what the context's store is given."""
        self._store, self._declared = context.logs, declared
        self.sessions = 0
        self.session_seconds = SESSION_SECONDS
        """After this a session ends with SessionTimeoutException."""

    def handlers(self) -> dict[str, EventHandler]:
        """Return the handlers by operation."""
        return {"StartLiveTail": self.start}

    async def start(self, parameters: dict[str, Any], call: Call) -> AsyncGenerator[Event, None]:
        """Begin a session; what is wrong with the request is raised before its first event."""
        tail = _Tail(parameters, call)
        for name in tail.groups:
            await self._declared.group(call.region, name)
        if self.sessions >= MAX_SESSIONS:
            text = f"At most {MAX_SESSIONS} Live Tail sessions are allowed at a time."
            raise OperationError("LimitExceededException", text)
        return self._events(tail)

    async def _events(self, tail: _Tail) -> AsyncGenerator[Event, None]:
        self.sessions += 1
        self._store.listeners.append(tail.read)
        try:
            yield tail.begin()
            loop = asyncio.get_running_loop()
            due, end = loop.time(), loop.time() + self.session_seconds
            while due < end:
                due += UPDATE_SECONDS
                await asyncio.sleep(due - loop.time())
                yield tail.update()
            text = "The Live Tail session has ended: start another one."
            yield Event("SessionTimeoutException", {"message": text}, is_exception=True)
        finally:
            self._store.listeners.remove(tail.read)
            self.sessions -= 1


class _Tail:
    """What one session asks for, and the events of the current second."""

    def __init__(self, parameters: dict[str, Any], call: Call) -> None:
        self._parameters, self._region = parameters, call.region
        arns: list[str] = parameters["logGroupIdentifiers"]
        if not 1 <= len(arns) <= MAX_GROUPS:
            raise _invalid(f"logGroupIdentifiers must name 1 to {MAX_GROUPS} log groups.")
        self.groups = {_name(arn, call.region): arn for arn in arns}
        """ARNs by name."""
        self._streams: list[str] = parameters.get("logStreamNames") or []
        self._prefixes: list[str] = parameters.get("logStreamNamePrefixes") or []
        if self._streams and self._prefixes:
            raise _invalid("logStreamNames and logStreamNamePrefixes exclude each other.")
        if (self._streams or self._prefixes) and len(arns) > 1:
            raise _invalid("Log streams can be chosen of one log group only.")
        try:
            self._pattern = parse_pattern(parameters.get("logEventFilterPattern") or "")
        except PatternError as error:
            raise _invalid(f"Invalid filter pattern: {error}") from error
        self._found: list[dict[str, Any]] = []

    def begin(self) -> Event:
        """Return the first event, which repeats the request."""
        names = (
            "logGroupIdentifiers",
            "logStreamNames",
            "logStreamNamePrefixes",
            "logEventFilterPattern",
        )
        asked = {name: self._parameters[name] for name in names if name in self._parameters}
        ids = {"requestId": str(uuid4()), "sessionId": str(uuid4())}
        return Event("sessionStart", {**ids, **asked})

    def read(self, batch: LogBatch) -> None:
        """Keep the events of *batch* that match."""
        arn = self.groups.get(batch.group)
        if arn is None or batch.region != self._region or not self._wants(batch.stream):
            return
        self._found += [
            {
                "logGroupIdentifier": arn,
                "logStreamName": batch.stream,
                "message": one.message,
                "timestamp": one.timestamp,
                "ingestionTime": one.ingested,
            }
            for one in batch.events
            if self._pattern.matches(Line(one.message))
        ]

    def update(self) -> Event:
        """Return what was kept since the last update: a sample if it is too much."""
        found, self._found = self._found, []
        sampled = len(found) > MAX_EVENTS_OF_UPDATE
        if sampled:
            step = len(found) / MAX_EVENTS_OF_UPDATE
            found = [found[int(number * step)] for number in range(MAX_EVENTS_OF_UPDATE)]
        metadata = {"sampled": sampled}
        return Event("sessionUpdate", {"sessionMetadata": metadata, "sessionResults": found})

    def _wants(self, stream: str) -> bool:
        if self._streams:
            return stream in self._streams
        return not self._prefixes or stream.startswith(tuple(self._prefixes))


def _name(arn: str, region: str) -> str:
    """Return the name of the log group with *arn*."""
    parts = arn.split(":")
    if len(parts) != _ARN_PARTS or parts[0] != "arn" or parts[2] != "logs":
        raise _invalid(
            f"'{arn}' must be the ARN of a log group, without ':*' at its end (logGroupArn)."
        )
    if parts[3] != region:
        raise _invalid(f"The log group '{arn}' is in another Region than {region}.")
    return parts[6]


def _invalid(message: str) -> OperationError:
    return OperationError("InvalidParameterException", message)
