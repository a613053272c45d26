"""Events that an earlier version kept with the emulated AWS are moved, once."""

from __future__ import annotations

import asyncio
import json
import sqlite3

from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.logs import LogQuery, moving


def test_events_of_an_earlier_version_are_moved_once_and_told_to_nobody(layout):
    layout.data.mkdir(parents=True)
    with sqlite3.connect(layout.data / "cloud.sqlite") as connection:
        connection.execute("create table entry (collection text, key text, value blob)")
        rows = [
            ("logs 0 eu-west-1 /a s", "2", json.dumps([[20, 2, "two"]]).encode()),
            ("logs 0 eu-west-1 /a s", "1", json.dumps([[10, 1, "one"]]).encode()),
            ("logsx", "1", b"other"),
        ]
        connection.executemany("insert into entry values (?, ?, ?)", rows)
    connection.close()
    told = []

    async def run():
        async with telemetry_context(layout) as context:
            context.logs.listeners.append(told.append)
            moving.move(context)
            moving.move(context)
            return [(e.message, e.ingested) for e in context.logs.search(LogQuery())]

    assert asyncio.run(run()) == [("one", 10), ("two", 20)]
    assert told == []
