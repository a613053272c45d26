"""Reads one shard of a mapping's stream and hands its records to lanes."""

from __future__ import annotations

import asyncio
import logging
import zlib
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.runtime.api import error_code
from localcloud.runtime.event_sources.streams.failures import Failure
from localcloud.runtime.event_sources.streams.lane import Lane
from localcloud.runtime.event_sources.streams.progress import Progress
from localcloud.runtime.event_sources.streams.reader import Position
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.runtime.context import WorkerContext
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.invoke import FunctionInvoker
    from localcloud.runtime.event_sources.patterns import Pattern
    from localcloud.runtime.event_sources.streams.checkpoints import Checkpoints
    from localcloud.runtime.event_sources.streams.reader import Record, StreamReader

_LOG = logging.getLogger(__name__)

FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 5.0
READ_AHEAD = 3
"""Batches of each lane that are read before the function has processed them."""
MIN_READ_AHEAD = 1_000
TRIMMED = "TrimmedDataAccessException"
EXPIRED = "ExpiredIteratorException"


class ShardReader:
    """One shard of one mapping."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a poller shares with its shards
        self,
        context: WorkerContext,
        mapping: EventSourceMapping,
        reader: StreamReader,
        invoker: FunctionInvoker,
        checkpoints: Checkpoints,
        patterns: Sequence[Pattern],
        shard_id: str,
    ) -> None:
        """Read *shard_id* once `run` is awaited."""
        self.arrived = asyncio.Event()
        """Set when the stream may have new records."""
        self._mapping = mapping
        self._reader = reader
        self._checkpoints = checkpoints
        self._patterns = patterns
        self._shard_id = shard_id
        self._progress = Progress()
        self._room = asyncio.Event()
        self._lanes = [
            Lane(context, mapping, invoker, self._failure, self._handled)
            for _ in range(mapping.parallelization)
        ]

    async def run(self, position: Position, stopping: asyncio.Event) -> None:
        """Deliver the records after *position*, until the shard's end or *stopping* is set."""
        async with asyncio.TaskGroup() as group:
            lanes = [group.create_task(lane.run(stopping)) for lane in self._lanes]
            finished = await self._read(position, stopping)
            for lane, task in zip(self._lanes, lanes, strict=True):
                if not lane.processing:
                    task.cancel()
        if finished:
            self._checkpoints.finished(self._mapping.uuid, self._shard_id)

    async def _read(self, position: Position, stopping: asyncio.Event) -> bool:
        """Read until the end of a closed shard (True) or until *stopping* is set (False)."""
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        iterator: str | None = None
        while not stopping.is_set():
            try:
                if iterator is None:
                    iterator = await self._reader.iterator(self._shard_id, position)
                self.arrived.clear()
                page = await self._reader.records(self._shard_id, iterator)
            except (*CONNECTION_ERRORS, ClientError) as error:
                if isinstance(error, ClientError) and error_code(error) == TRIMMED:
                    position = Position(not_before=position.not_before)
                _LOG.info("%s of %s: %r", self._shard_id, self._mapping.source_arn, error)
                iterator = None
                await asyncio.sleep(next(delays))
                continue
            delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
            self._distribute(page.records, position.not_before)
            if page.records:
                position = Position(page.records[-1].sequence, position.not_before)
            iterator = page.next_iterator
            if iterator is None:
                await self._until_room_for(0, stopping)
                return not stopping.is_set()
            if page.records:
                await self._until_room_for(self._most_waiting, stopping)
            else:
                await self.arrived.wait()
        return False

    @property
    def _most_waiting(self) -> int:
        batches = READ_AHEAD * self._mapping.batch_size * self._mapping.parallelization
        return max(MIN_READ_AHEAD, batches)

    async def _until_room_for(self, most: int, stopping: asyncio.Event) -> None:
        """Wait until at most *most* records are waiting; `_handled` and `stop` wake it."""
        while len(self._progress) > most and not stopping.is_set():
            self._room.clear()
            await self._room.wait()

    def _distribute(self, records: Sequence[Record], not_before: float | None) -> None:
        left_out: list[Record] = []
        for record in records:
            self._progress.read(record.sequence)
            old = not_before is not None and record.arrived_at < not_before
            if old or not self._matches(record):
                left_out.append(record)
                continue
            number = zlib.crc32(record.key.encode()) % len(self._lanes)
            self._lanes[number].waiting.put_nowait(record)
        if left_out:
            self._handled(left_out)

    def _matches(self, record: Record) -> bool:
        patterns = self._patterns
        return not patterns or any(pattern.matches(record.for_patterns) for pattern in patterns)

    def _handled(self, records: list[Record]) -> None:
        checkpoint = self._progress.handled(*(record.sequence for record in records))
        if checkpoint is not None:
            self._checkpoints.handled(self._mapping.uuid, self._shard_id, checkpoint)
        self._room.set()

    def wake(self) -> None:
        """Continue whatever waits, after the stream or the poller's state has changed."""
        self.arrived.set()
        self._room.set()

    def _failure(self, records: list[Record], condition: str, invocations: int) -> Failure:
        return Failure(
            mapping=self._mapping,
            shard_id=self._shard_id,
            batch_info=self._reader.batch_info,
            records=records,
            condition=condition,
            invocations=invocations,
        )
