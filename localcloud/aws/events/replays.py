"""Replays of archived events to the rules of their event bus.

A replay is delivered whole before StartReplay answers: a process that dies before that has started
none, and the caller starts it again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import Replay, ReplayState, events_backends

from localcloud.aws.events import archives
from localcloud.aws.events.delivery import deliver


def install() -> None:
    """Replace moto's replays, which ignore the time range and the rules."""
    replay: Any = Replay
    replay.replay_events = _replay


def _replay(self: Any, archive: Any) -> None:
    """Deliver the events of the time range to the rules of the bus, or to those that are named."""
    backend = events_backends[self.account_id][self.region]
    bus = backend.describe_event_bus(self.destination["Arn"].split("/")[-1])
    only = self.destination.get("FilterArns") or []
    start, end = float(self.event_start_time), float(self.event_end_time)
    for event in list(archives.events(archive).values()):
        if start <= _seconds(event["time"]) < end:
            for rule in list(bus.rules.values()):
                if not only or rule.arn in only:
                    deliver(rule, {**event, "replay-name": self.name})
    self.state = ReplayState.COMPLETED
    self.end_time = unix_time()


def _seconds(time: Any) -> float:
    """Return the time of an event in seconds since the epoch."""
    if not isinstance(time, str):
        return float(time)
    return datetime.fromisoformat(time).astimezone(UTC).timestamp()
