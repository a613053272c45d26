"""Polls the shards of one stream for one function."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.runtime.event_sources.invoke import FunctionInvoker
from localcloud.runtime.event_sources.patterns import Pattern
from localcloud.runtime.event_sources.streams.reader import Position
from localcloud.runtime.event_sources.streams.shard_reader import ShardReader
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.streams.checkpoints import Checkpoints
    from localcloud.runtime.event_sources.streams.reader import Shard, StreamReader

_LOG = logging.getLogger(__name__)

FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 5.0
IDLE_SECONDS = 60.0
"""Seconds until shards without a change are read again, before their iterators expire."""


class StreamPoller:
    """The poller of one event source mapping of a stream."""

    def __init__(
        self,
        context: WorkerContext,
        mapping: EventSourceMapping,
        reader: StreamReader,
        checkpoints: Checkpoints,
        before: asyncio.Task[None] | None = None,
    ) -> None:
        """Create a poller; it starts when *before*, which stops the mapping's last one, ends."""
        self._context = context
        self._mapping = mapping
        self._reader = reader
        self._checkpoints = checkpoints
        self._before = before
        self._invoker = FunctionInvoker(context, mapping.function_arn)
        self._patterns = [Pattern.parse(text) for text in mapping.patterns]
        self._stopping = asyncio.Event()
        self._reading: dict[str, ShardReader] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start polling."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop polling after the invocations in progress."""
        self._stopping.set()
        self._invoker.stopping.set()
        for shard in self._reading.values():
            shard.wake()
        await self.abort(after_seconds=self._mapping.window_seconds + 960)

    async def abort(self, after_seconds: float = 0) -> None:
        """Stop; what is in progress after *after_seconds* is delivered again later."""
        if self._task is None:
            return
        try:
            await asyncio.wait([self._task], timeout=after_seconds)
        finally:
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        if self._before is not None:
            await asyncio.wait([self._before])
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        while not self._stopping.is_set():
            try:
                await self._follow()
            except* (*CONNECTION_ERRORS, ClientError) as errors:
                _LOG.info("polling %s, retrying: %r", self._mapping.source_arn, errors.exceptions)
            except* Exception:  # noqa: BLE001 - the mapping goes on, whatever it was
                _LOG.exception("polling %s failed, retrying", self._mapping.source_arn)
            if not self._stopping.is_set():
                await asyncio.sleep(next(delays))

    async def _follow(self) -> None:
        self._reading.clear()
        async with asyncio.TaskGroup() as group:
            following = group.create_task(self._follow_shards(group))
            await self._stopping.wait()
            following.cancel()

    async def _follow_shards(self, group: asyncio.TaskGroup) -> None:
        """Read each shard after its parents, and new ones as they appear."""
        not_before = self._not_before(self._checkpoints.started(self._mapping.uuid, time.time()))
        tasks: dict[str, asyncio.Task[None]] = {}
        feed = self._context.changes.watch(
            self._reader.changes, self._mapping.service, every_seconds=IDLE_SECONDS
        )
        async for changed in feed:
            for shard in self._reading.values():
                shard.wake()
            if tasks and changed == {self._reader.changes}:
                continue  # new records in known shards
            for shard_id in self._ready(await self._reader.shards()):
                if shard_id not in tasks:
                    tasks[shard_id] = group.create_task(self._read(shard_id, not_before))

    async def _read(self, shard_id: str, not_before: float | None) -> None:
        known = self._checkpoints.of(self._mapping.uuid).get(shard_id)
        shard = ShardReader(
            self._context,
            self._mapping,
            self._reader,
            self._invoker,
            self._checkpoints,
            self._patterns,
            shard_id,
        )
        self._reading[shard_id] = shard
        position = Position(known.sequence if known else None, not_before)
        await shard.run(position, self._stopping)
        self._context.changes.announce(self._mapping.service)  # its children may begin

    def _ready(self, shards: list[Shard]) -> list[str]:
        """Return the shards to read: those that are not finished and whose parents are."""
        ids = {shard.id for shard in shards}
        known = self._checkpoints.of(self._mapping.uuid)
        done = {shard_id for shard_id, checkpoint in known.items() if checkpoint.finished}
        return [
            shard.id
            for shard in shards
            if shard.id not in done and all(p in done or p not in ids for p in shard.parents)
        ]

    def _not_before(self, started: float) -> float | None:
        match self._mapping.starting_position:
            case "LATEST":
                return started
            case "AT_TIMESTAMP":
                return self._mapping.starting_timestamp
            case _:
                return None
