"""Fires schedules when they are due, and tries failed calls of their targets again."""

from __future__ import annotations

import asyncio
import logging
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.runtime.api import error_code
from localcloud.runtime.functions.definition import CONNECTION_ERRORS
from localcloud.runtime.timers import metrics
from localcloud.runtime.timers.store import Delivery, TimerStore
from localcloud.runtime.timers.targets import THROTTLED, call, filled, is_final, send_to_queue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.runtime.context import WorkerContext
    from localcloud.runtime.timers.schedule import Schedule

_LOG = logging.getLogger(__name__)

MAX_AGE_SECONDS, MAX_ATTEMPTS = 86_400, 185  # Scheduler's defaults
MAX_DELAY_SECONDS = 300.0
UNREACHABLE = CONNECTION_ERRORS


class Schedules:
    """A timer of the clock: every schedule, and the deliveries that failed."""

    def __init__(self, context: WorkerContext, store: TimerStore) -> None:
        """Call targets with the connections of *context*."""
        self._context = context
        self._store = store
        self._schedules: dict[str, Schedule] = {}
        self._nominal: dict[str, datetime | None] = {}

    def follow(self, schedules: Iterable[Schedule]) -> None:
        """Fire *schedules* from now on, and no others."""
        self._schedules = {one.key: one for one in schedules}
        for key in self._store.keys() - self._schedules.keys():
            self._store.forget(key)
        self._nominal = {}
        for one in self._schedules.values():
            last = self._store.last(one.key, one.version)
            if last is None:
                last = one.first
                self._store.fired(one.key, one.version, last)
            self._nominal[one.key] = one.nominal(last)

    def next_due(self) -> datetime | None:
        """Return when the next schedule or delivery is due."""
        dues = [due for key in self._schedules if (due := self._due(key)) is not None]
        return min([*dues, *(one.due for one in self._store.deliveries())], default=None)

    async def fire(self, now: datetime) -> None:
        """Fire every schedule that is due once, in order, and make the deliveries that are due."""
        for delivery in [one for one in self._store.deliveries() if one.due <= now]:
            await self._attempt(delivery, now)
        due = [(at, key) for key in self._schedules if (at := self._due(key)) and at <= now]
        await asyncio.gather(*(self._fire_one(key, now) for _, key in sorted(due)))
        await self._delete_completed()

    async def _delete_completed(self) -> None:
        """Delete the schedules that never fire again, where they say so."""
        waiting = {one.key for one in self._store.deliveries()}
        for key, one in list(self._schedules.items()):
            if one.delete_when_completed and self._nominal[key] is None and key not in waiting:
                try:
                    await self._context.aws(
                        "scheduler", "DeleteSchedule", Name=one.name, GroupName=one.group
                    )
                except (*UNREACHABLE, ClientError) as error:
                    _LOG.info("%s is completed and cannot be deleted yet: %s", key, error)

    def _due(self, key: str) -> datetime | None:
        nominal = self._nominal[key]
        schedule = self._schedules[key]
        if nominal is None or not schedule.enabled:
            return None
        return nominal + schedule.offset(nominal)

    async def _fire_one(self, key: str, now: datetime) -> None:
        schedule, nominal = self._schedules[key], self._nominal[key]
        assert nominal is not None  # noqa: S101 - it is due
        id_ = str(uuid.uuid4())
        details = {"target": schedule.target, "time": nominal.isoformat(), "since": now.isoformat()}
        await self._attempt(Delivery(id_, key, {**details, "attempts": 0}, now), now)
        last = max(nominal, now - schedule.offset(nominal))  # what was missed is fired once
        self._store.fired(key, schedule.version, last)
        self._nominal[key] = schedule.nominal(last)

    async def _attempt(self, delivery: Delivery, now: datetime) -> None:
        try:
            await self._call(delivery)
        except (*UNREACHABLE, ClientError, KeyError, ValueError) as error:
            await self._failed(delivery, now, error)
        else:
            self._store.done(delivery.id)

    async def _call(self, delivery: Delivery) -> None:
        target, scheduled = delivery.call["target"], datetime.fromisoformat(delivery.call["time"])
        if rule := target.get("Rule"):
            body = {"rule": rule, "time": scheduled.timestamp()}
            url = f"{self._context.endpoint}/_bulkhead/events/scheduled"
            async with self._context.http.put(url, json=body) as response:
                response.raise_for_status()
            return
        text = filled(target.get("Input") or "{}", _attributes(delivery, scheduled))
        metrics.attempted(delivery.key)
        try:
            await call(self._context.aws, target, text, delivery.id)
        except Exception as error:
            code = error_code(error) if isinstance(error, ClientError) else ""
            metrics.failed(delivery.key, throttled=code.startswith(THROTTLED))
            raise

    async def _failed(self, delivery: Delivery, now: datetime, error: Exception) -> None:
        target, attempts = delivery.call["target"], delivery.call["attempts"]
        policy = target.get("RetryPolicy") or {}
        delay = timedelta(seconds=min(2.0**attempts, MAX_DELAY_SECONDS))
        age = now + delay - datetime.fromisoformat(delivery.call["since"])
        oldest = policy.get("MaximumEventAgeInSeconds", MAX_AGE_SECONDS)
        exhausted = ""
        if attempts >= policy.get("MaximumRetryAttempts", MAX_ATTEMPTS):
            exhausted = "MaximumRetryAttempts"
        elif age > timedelta(seconds=oldest):
            exhausted = "MaximumEventAgeInSeconds"
        final = is_final(error)
        _LOG.warning("%s: its target cannot be called: %s", delivery.key, error)
        if not final and not exhausted:
            details = {**delivery.call, "attempts": attempts + 1}
            self._store.put(Delivery(delivery.id, delivery.key, details, now + delay))
            return
        try:
            await self._to_dead_letters(delivery, error, "" if final else exhausted)
        except UNREACHABLE:
            self._store.put(Delivery(delivery.id, delivery.key, delivery.call, now + delay))
            return
        except ClientError as refused:
            _LOG.warning("%s: a call is lost: %s", delivery.key, refused)
            metrics.to_dead_letters(delivery.key, sent=False)
        if "Rule" not in target:
            metrics.dropped(delivery.key)
        self._store.done(delivery.id)

    async def _to_dead_letters(self, delivery: Delivery, error: Exception, exhausted: str) -> None:
        target = delivery.call["target"]
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return
        code = error_code(error) if isinstance(error, ClientError) else "SDK_CLIENT_ERROR"
        texts = {
            "ERROR_CODE": code,
            "ERROR_MESSAGE": str(error),
            "EXECUTION_ID": delivery.id,
            "EXHAUSTED_RETRY_CONDITION": exhausted,
            "RETRY_ATTEMPTS": str(delivery.call["attempts"]),
            "SCHEDULE_ARN": delivery.key,
            "TARGET_ARN": target["Arn"],
        }
        attributes = {
            name: {"DataType": "String", "StringValue": text}
            for name, text in texts.items()
            if text
        }
        scheduled = datetime.fromisoformat(delivery.call["time"])
        body = filled(target.get("Input") or "{}", _attributes(delivery, scheduled))
        await send_to_queue(
            self._context.aws, queue, MessageBody=body, MessageAttributes=attributes
        )
        metrics.to_dead_letters(delivery.key, sent=True)


def _attributes(delivery: Delivery, scheduled: datetime) -> dict[str, str]:
    return {
        "schedule-arn": delivery.key,
        "scheduled-time": scheduled.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": delivery.id,
        "attempt-number": str(delivery.call["attempts"] + 1),
    }
