"""Expiry of DynamoDB items (TTL) and S3's lifecycle rules, on the clock of AWS timers."""

from __future__ import annotations

import asyncio
import math
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.runtime.context import WorkerContext

EVERY = timedelta(minutes=1)
WHILE_ADVANCING = timedelta(days=1)
"""Longest pause while the clock is advanced: nothing is written in between."""

EXPIRE = ("dynamodb/expire", "s3/expire")
NEXT = "dynamodb/next-expiry"


class Expiry:
    """The timer that has expired items and objects deleted."""

    def __init__(
        self, context: WorkerContext, real_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask the control plane of *context*."""
        self._context = context
        self._real_seconds = real_seconds
        self._fired_at = -math.inf
        self._due = context.clock.now()

    def next_due(self) -> datetime:
        """Return the next check."""
        return self._due

    async def fire(self, now: datetime) -> None:
        """Delete what has expired at *now*."""
        http, base = self._context.http, f"{self._context.endpoint}/_bulkhead"
        for path in EXPIRE:
            async with http.put(f"{base}/{path}", json={"now": now.timestamp()}) as response:
                response.raise_for_status()
        async with http.get(f"{base}/{NEXT}") as response:
            response.raise_for_status()
            item = (await response.json())["next"]
        fired_at = self._real_seconds()
        advancing = fired_at - self._fired_at < EVERY.total_seconds() / 2
        self._fired_at = fired_at
        due = [now + (WHILE_ADVANCING if advancing else EVERY), _midnight(now)]
        if item is not None:
            due.append(datetime.fromtimestamp(item, UTC))
        self._due = min(one for one in due if one > now)


def _midnight(now: datetime) -> datetime:
    """Return the next midnight, when lifecycle rules act."""
    return datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)


async def follow_expiry(context: WorkerContext) -> None:
    """Delete what expires until cancelled."""
    timer = Expiry(context)
    context.clock.add(timer)
    context.ready("expiry")
    try:
        await asyncio.Event().wait()
    finally:
        context.clock.remove(timer)
