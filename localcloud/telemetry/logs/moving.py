"""Moves the events that an earlier version kept in the file of the emulated AWS, once."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import aiohttp

from localcloud.telemetry.logs.events import LogEvent

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

_LOG = logging.getLogger(__name__)

MOVED, TOLD = "moved", "moved and cleared"
PATH = "/_bulkhead/logs/moved"


def move(context: TelemetryContext) -> None:
    """Copy the events in one transaction; a second call does nothing."""
    store, path = context.logs, context.layout.data / "cloud.sqlite"
    if MOVED in store.totals():
        return
    moved = 0
    if path.exists():
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                rows = connection.execute(
                    "select collection, value from entry where collection >= 'logs '"
                    " and collection < 'logs!' order by collection, key"
                )
                for collection, value in rows:
                    _, account, region, group, stream = collection.split(" ", 4)
                    events = [
                        LogEvent(timestamp, message, ingested)
                        for ingested, timestamp, message in json.loads(value)
                    ]
                    store.append(account, region, group, stream, events, told=False)
                    moved += len(events)
        except (sqlite3.DatabaseError, ValueError) as error:
            _LOG.error("log events in %s were not moved: %s", path.name, error)
            context.database.connection.rollback()
            return
    store.count(MOVED, moved)
    context.database.flush()


async def clear(context: TelemetryContext) -> None:
    """Let the control plane delete what was moved; a second call does nothing."""
    totals = context.logs.totals()
    if TOLD in totals or not totals.get(MOVED):
        return
    timeout = aiohttp.ClientTimeout(total=30)
    url = context.endpoint + PATH
    async with context.http.put(url, json={}, timeout=timeout) as answer:
        answer.raise_for_status()
    context.logs.count(TOLD, 1)
