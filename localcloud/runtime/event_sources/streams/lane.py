"""Delivers the records of some keys of a shard, one batch at a time."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.runtime.event_sources.batch import MAX_BATCH_BYTES, failed_ids
from localcloud.runtime.event_sources.streams.failures import (
    RETRIES_EXHAUSTED,
    TOO_OLD,
    Failure,
    deliver,
)
from localcloud.runtime.functions import metrics
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.runtime.context import WorkerContext
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.invoke import FunctionInvoker
    from localcloud.runtime.event_sources.streams.reader import Record

_LOG = logging.getLogger(__name__)

FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 10.0
THROTTLED_SECONDS = 60.0
MAX_DELIVERY_ATTEMPTS = 5


class Lane:
    """One of the concurrent batches of a shard; the records of a key are in one lane."""

    def __init__(
        self,
        context: WorkerContext,
        mapping: EventSourceMapping,
        invoker: FunctionInvoker,
        failure: Callable[[list[Record], str, int], Failure],
        handled: Callable[[list[Record]], None],
    ) -> None:
        """Create a lane; *handled* is called with records that need no further delivery."""
        self._context = context
        self._mapping = mapping
        self._invoker = invoker
        self._failure = failure
        self._handled = handled
        self.waiting: asyncio.Queue[Record] = asyncio.Queue()
        self.processing = False
        """Whether a batch is being delivered."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Deliver until *stopping* is set, then after the invocation in progress."""
        while not stopping.is_set():
            batch = await self._collect()
            self.processing = True
            await self._process(batch, stopping)
            self.processing = False

    async def _collect(self) -> list[Record]:
        """Return a batch: full, too large, or at the end of the batching window."""
        loop = asyncio.get_running_loop()
        batch = [await self.waiting.get()]
        end = loop.time() + self._mapping.window_seconds
        size = batch[0].size
        while len(batch) < self._mapping.batch_size and size < MAX_BATCH_BYTES:
            try:
                record = self.waiting.get_nowait()
            except asyncio.QueueEmpty:
                try:
                    async with asyncio.timeout_at(end):
                        record = await self.waiting.get()
                except TimeoutError:
                    break
            batch.append(record)
            size += record.size
        return batch

    async def _process(
        self, records: list[Record], stopping: asyncio.Event, failures: int = 0
    ) -> None:
        """Invoke the function with *records* until they are handled or given up.

        A split of the batch is not a failed attempt, and neither is progress within it.
        """
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        while not stopping.is_set():
            records = await self._young(records, failures)
            if not records:
                return
            metrics.event(
                self._mapping.function_name,
                "IteratorAge",
                max(0.0, time.time() - records[-1].arrived_at) * 1000,
                "Milliseconds",
            )
            event = json.dumps({"Records": [record.event for record in records]}).encode()
            answer = await self._invoker.invoke(event, timeout_seconds=THROTTLED_SECONDS)
            if not answer.invoked:
                await self._pause(delays, stopping)
                continue
            first = self._first_failed(records, answer.payload) if answer.handled else 0
            if first:
                self._handled(records[:first])
                records = records[first:]
                delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
                failures = 0
                continue
            if self._mapping.bisects and len(records) > 1:
                middle = len(records) // 2
                await self._process(records[:middle], stopping, failures)
                records = records[middle:]
                continue
            failures += 1
            if self._mapping.max_retries is not None and failures > self._mapping.max_retries:
                await self._give_up(records, RETRIES_EXHAUSTED, failures)
                return
            _LOG.info(
                "%d records of %s are delivered again: %s",
                len(records),
                self._mapping.source_arn,
                answer.reason or "the function reported failures",
            )
            await self._pause(delays, stopping)

    def _first_failed(self, records: list[Record], payload: bytes) -> int:
        """Return the position of the first record that failed; their number if none did."""
        if not self._mapping.reports_item_failures:
            return len(records)
        failed = failed_ids(payload, {record.sequence for record in records})
        positions = (i for i, record in enumerate(records) if record.sequence in failed)
        return next(positions, len(records))

    async def _young(self, records: list[Record], failures: int) -> list[Record]:
        """Give up the records that are too old, and return the others."""
        if self._mapping.max_age_seconds is None:
            return records
        oldest = time.time() - self._mapping.max_age_seconds
        old = [record for record in records if record.arrived_at < oldest]
        if old:
            await self._give_up(old, TOO_OLD, failures)
        return [record for record in records if record.arrived_at >= oldest]

    async def _give_up(self, records: list[Record], condition: str, invocations: int) -> None:
        if self._mapping.on_failure:
            await self._deliver(self._failure(records, condition, invocations))
        else:
            metrics.of_mapping(self._mapping.uuid, "DroppedEventCount", len(records))
            _LOG.warning(
                "%d records of %s are discarded (%s): the mapping has no on-failure destination",
                len(records),
                self._mapping.source_arn,
                condition,
            )
        self._handled(records)

    async def _deliver(self, failure: Failure) -> None:
        """Send *failure*; a destination that refuses it is tried five times, as Lambda does."""
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        refusals = 0
        while True:
            try:
                await deliver(self._context.aws, failure)
            except CONNECTION_ERRORS as error:
                _LOG.info("%s cannot be reached, retrying: %r", self._mapping.on_failure, error)
            except (ClientError, ValueError) as error:
                refusals += 1
                if refusals >= MAX_DELIVERY_ATTEMPTS:
                    dropped = len(failure.records)
                    metrics.of_mapping(self._mapping.uuid, "DroppedEventCount", dropped)
                    _LOG.exception(
                        "%d records of %s are lost: %s refused them",
                        len(failure.records),
                        self._mapping.source_arn,
                        self._mapping.on_failure,
                        exc_info=error,
                    )
                    return
            else:
                sent = len(failure.records)
                metric = "OnFailureDestinationDeliveredEventCount"
                metrics.of_mapping(self._mapping.uuid, metric, sent)
                return
            await asyncio.sleep(next(delays))

    @staticmethod
    async def _pause(delays: Iterator[float], stopping: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(next(delays)):
                await stopping.wait()
        except TimeoutError:
            pass
