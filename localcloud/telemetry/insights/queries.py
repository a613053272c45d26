"""The queries that were started: their state, and their results."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.pool import ChildFailedError, Pool

if TYPE_CHECKING:
    from localcloud.telemetry.insights.source import Source

SECONDS = 60.0
"""After this time a query is ended."""
KEPT = 100
"""Queries whose results are kept."""
MOST_UNFINISHED = 30


class Status(StrEnum):
    """The state of a query, as CloudWatch names it."""

    SCHEDULED = "Scheduled"
    RUNNING = "Running"
    COMPLETE = "Complete"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    TIMEOUT = "Timeout"


@dataclass
class RunningQuery:
    """A query, and its result as far as there is one."""

    text: str
    source: Source
    limit: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: int = field(default_factory=lambda: int(time.time() * 1000))
    status: Status = Status.SCHEDULED
    rows: list[list[list[str]]] = field(default_factory=list[list[list[str]]])
    statistics: dict[str, int] = field(default_factory=dict[str, int])
    task: asyncio.Task[None] | None = None

    @property
    def unfinished(self) -> bool:
        """Whether the query waits or runs."""
        return self.status in {Status.SCHEDULED, Status.RUNNING}


class TooManyQueriesError(Exception):
    """Raised if many queries are unfinished."""


class Queries:
    """Starts, ends and remembers queries."""

    def __init__(self, pool: Pool, seconds: float = SECONDS) -> None:
        """Evaluate queries in the processes of *pool*, each for at most *seconds*."""
        self._pool, self._seconds = pool, seconds
        self._queries: dict[str, RunningQuery] = {}

    def start(self, text: str, source: Source, limit: int) -> RunningQuery:
        """Start a query that parses; raises TooManyQueriesError."""
        if sum(query.unfinished for query in self._queries.values()) >= MOST_UNFINISHED:
            raise TooManyQueriesError(f"{MOST_UNFINISHED} queries are unfinished: stop one")
        query = RunningQuery(text, source, limit)
        self._queries[query.id] = query
        query.task = asyncio.create_task(self._run(query), name=f"query {query.id}")
        finished = [key for key, one in self._queries.items() if not one.unfinished]
        for key in finished[: max(len(self._queries) - KEPT, 0)]:
            del self._queries[key]
        return query

    def get(self, id_: str) -> RunningQuery | None:
        """Return a query that is remembered."""
        return self._queries.get(id_)

    def all(self) -> list[RunningQuery]:
        """Return all queries that are remembered, the latest first."""
        return list(reversed(self._queries.values()))

    async def stop(self, query: RunningQuery) -> None:
        """End *query*, and the process that evaluates it."""
        if query.task is not None and query.unfinished:
            query.status = Status.CANCELLED
            query.task.cancel()
            await asyncio.gather(query.task, return_exceptions=True)

    async def close(self) -> None:
        """End all queries and processes."""
        for query in self.all():
            await self.stop(query)
        await self._pool.close()

    async def _run(self, query: RunningQuery) -> None:
        started = asyncio.Event()
        asking = asyncio.create_task(self._ask(query, started))
        try:
            await started.wait()
            query.status = Status.RUNNING
            async with asyncio.timeout(self._seconds):
                answer = await asking
        except TimeoutError:
            query.status = Status.TIMEOUT
        except ChildFailedError:
            query.status = Status.FAILED
        else:
            query.status = Status.FAILED if "error" in answer else Status.COMPLETE
            query.rows = answer.get("rows", [])
            query.statistics = answer.get("statistics", {})
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _ask(self, query: RunningQuery, started: asyncio.Event) -> dict[str, Any]:
        request = {"query": query.text, "limit": query.limit, "source": vars(query.source)}
        try:
            return await self._pool.ask(request, started)
        finally:
            started.set()
