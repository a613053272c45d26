"""Sends the log events of this process itself (rules, state machines) to the telemetry process.

They are written with the journal's lock, so they wait for a thread that sends them.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from http import HTTPStatus
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogsBackend

from localcloud.control.telemetry import Telemetry, TelemetryError

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

_LOG = logging.getLogger(__name__)

MAX_WAITING_EVENTS = 20_000
MAX_BATCH_EVENTS = 1_000
RETRY_SECONDS = 1.0
CLOSE_SECONDS = 2.0


class Waiting(NamedTuple):
    """One event that waits, and where it belongs."""

    region: str
    group: str
    stream: str
    timestamp: int
    message: str


class LogWriter:
    """Keeps events until the telemetry process has them; beyond a limit the oldest are dropped."""

    def __init__(self, telemetry: Telemetry) -> None:
        """Send through *telemetry* in a thread."""
        self.dropped = 0
        """Events that were dropped because too many waited."""
        self._telemetry = telemetry
        self._waiting: deque[Waiting] = deque()
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log events", daemon=True)
        self._thread.start()

    def add(self, events: list[Waiting]) -> None:
        """Send *events* later."""
        with self._lock:
            self._waiting.extend(events)
            while len(self._waiting) > MAX_WAITING_EVENTS:
                self._waiting.popleft()
                self.dropped += 1
        self._filled.set()

    def close(self) -> None:
        """Try once more to send what waits, and end the thread; it is left if that lasts."""
        self._stopped.set()
        self._filled.set()
        self._thread.join(CLOSE_SECONDS)
        if self._waiting or self.dropped:
            lost = len(self._waiting) + self.dropped
            _LOG.warning("%s log events of rules and state machines are lost", lost)

    def _run(self) -> None:
        while True:
            self._filled.wait()
            self._filled.clear()
            stopped = self._stopped.is_set()
            while self._send():
                pass
            if stopped:
                return
            if self._waiting:
                self._stopped.wait(RETRY_SECONDS)
                self._filled.set()

    def _send(self) -> bool:
        """Send the first events of one stream; return whether to go on."""
        with self._lock:
            runs = groupby(self._waiting, key=lambda one: one[:3])
            key, some = next(runs, (("", "", ""), iter(())))
            batch = list(islice(some, MAX_BATCH_EVENTS))
        if not batch:
            return False
        region, group, stream = key
        parameters: dict[str, Any] = {
            "logGroupName": group,
            "logStreamName": stream,
            "logEvents": [
                {"timestamp": one.timestamp, "message": one.message}
                for one in sorted(batch, key=lambda one: one.timestamp)
            ],
            "sequenceToken": f"bulkhead-{uuid4()}",
        }
        try:
            self._telemetry.call("logs", "PutLogEvents", parameters, region)
        except TelemetryError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return False
            _LOG.warning("log events of %s are dropped: %s", group, error)
        with self._lock:
            for one in batch:
                if self._waiting and self._waiting[0] is one:  # otherwise it has been dropped
                    self._waiting.popleft()
        return True


_writers: list[LogWriter] = []


def install(endpoints: ControlEndpoints) -> None:
    """Write through the telemetry process in place of moto."""
    _writers.append(LogWriter(Telemetry(endpoints.layout)))
    LogsBackend.put_log_events = _put  # type: ignore[method-assign]


def close() -> None:
    """End the thread."""
    while _writers:
        _writers.pop().close()


def _put(
    self: Any, log_group_name: str, log_stream_name: str, log_events: list[dict[str, Any]]
) -> tuple[str, dict[str, Any]]:
    group = self.groups.get(log_group_name)
    if group is None or log_stream_name not in group.streams:
        raise ResourceNotFoundException
    _writers[-1].add(
        [
            Waiting(
                self.region_name,
                log_group_name,
                log_stream_name,
                int(one["timestamp"]),
                one["message"],
            )
            for one in log_events
        ]
    )
    return "", {}
