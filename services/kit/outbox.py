"""A transactional outbox, and the relay that publishes it: `python -m kit.outbox <store>`.

`add` writes an event in the transaction of the change that it announces, a row for each of its
channels. The relay marks a row after the channel has accepted it. If the relay dies in between, the
row is published again with the same event ID: delivery is at least once, and consumers must be
idempotent. Several relays may run: each skips the rows that others have locked.

A service that declares the metric `outbox-age` (seconds) gets the age of the oldest event that
waits, from its relay, every 20 seconds; it is 0 when none does.

An event has the next number of its subject as `sequence`: the row of the subject is locked until
the transaction ends, so that the order of the numbers is that of the commits.

The tables, for a migration of the service:

    CREATE TABLE outbox (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL,
        type text NOT NULL,
        envelope json NOT NULL,
        channel text NOT NULL DEFAULT 'topic',
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz
    );
    CREATE INDEX outbox_waiting ON outbox (next_attempt_at, sequence) WHERE published_at IS NULL;
    CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
    CREATE UNIQUE INDEX outbox_once ON outbox (id, channel);
    CREATE TABLE outbox_sequences (subject text PRIMARY KEY, last bigint NOT NULL);
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import psycopg

from kit import database, events, log, metrics, settings, tracing
from kit.publishers import TOPIC, Message, Publisher, channels

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

logger = logging.getLogger("relay")

CHANNEL = "outbox"
BATCH = 10
POLL = "RELAY_POLL_SECONDS"
POLL_SECONDS = 2.0  # for retries that are due; a notification wakes the relay for a new row
OPEN_WITHIN_SECONDS = 60.0
PAUSE_SECONDS = 1.0  # after a database error
CLEAN_SECONDS = 3600.0
# The notification wakes the relay: one for each transaction, at its end.
INSERT = """
INSERT INTO outbox (id, type, envelope) VALUES (%s, %s, %s) RETURNING pg_notify('outbox', '')
"""
INSERT_FOR = """
INSERT INTO outbox (id, type, envelope, channel) VALUES (%s, %s, %s, %s)
RETURNING pg_notify('outbox', '')
"""
CLAIM = """
SELECT sequence, coalesce(to_jsonb(outbox) ->> 'channel', 'topic'), type, envelope FROM outbox
WHERE published_at IS NULL AND next_attempt_at <= now()
ORDER BY next_attempt_at, sequence LIMIT %s FOR UPDATE SKIP LOCKED
"""
MARK = "UPDATE outbox SET published_at = now() WHERE sequence = ANY(%s)"
# The pause doubles from half a second to a minute.
POSTPONE = """
UPDATE outbox SET attempts = attempts + 1,
    next_attempt_at = now() + least(60, 0.5 * 2 ^ least(attempts, 10)) * interval '1 second'
WHERE sequence = ANY(%s)
"""
HAS_SEQUENCES = "SELECT to_regclass('outbox_sequences') IS NOT NULL"
NEXT = """
INSERT INTO outbox_sequences AS numbers (subject, last) VALUES (%s, 1)
ON CONFLICT (subject) DO UPDATE SET last = numbers.last + 1 RETURNING last
"""
AGE_METRIC = "outbox-age"
AGE_SECONDS = 20.0
AGE = """
SELECT coalesce(extract(epoch FROM now() - min((envelope ->> 'time')::timestamptz)), 0)::float
FROM outbox WHERE published_at IS NULL
"""
CLEAN = "DELETE FROM outbox WHERE published_at < now() - interval '7 days'"


async def add(  # noqa: PLR0913 - the attributes of an event
    connection: database.Connection,
    event_type: str,
    *,
    subject: str,
    data: dict[str, Any],
    time: dt.datetime | None = None,
    older: Mapping[int, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write an event in the connection's transaction, and return its (newest) envelope.

    *older* has the data of earlier versions that are published too. Raises InvalidEventError for
    an event that its schema does not allow.
    """
    sequence = await _next(connection, subject)
    envelopes = events.new(
        event_type, data, subject=subject, time=time, sequence=sequence, older=older
    )
    for envelope in envelopes:
        row = [envelope["id"], event_type, json.dumps(envelope)]
        for channel in channels(event_type) or [TOPIC]:
            if channel == TOPIC:  # the default, also of a table without the column
                await connection.execute(INSERT, row)
            else:
                await connection.execute(INSERT_FOR, [*row, channel])
    return envelopes[-1]


async def _next(connection: database.Connection, subject: str) -> int | None:
    """Return the next number of *subject*; None in a database without the table of numbers."""
    where = connection.info.host, connection.info.port, connection.info.dbname
    if where not in _with_sequences:
        found = await (await connection.execute(HAS_SEQUENCES)).fetchone()
        if not found or not found[0]:
            logger.warning(
                "events have no sequence: create the table outbox_sequences, which kit.outbox"
                " describes, in a migration; the next release requires it"
            )
            return None
        _with_sequences.add(where)
    row = await (await connection.execute(NEXT, [subject])).fetchone()
    return None if row is None else row[0]


_with_sequences: set[tuple[str, int, str]] = set()
"""Databases that have the table of numbers."""


async def publish_batch(connection: database.Connection, publisher: Publisher) -> int:
    """Lock a batch of rows, publish and mark them, and return its size."""
    async with connection.transaction():
        rows = await (await connection.execute(CLAIM, [BATCH])).fetchall()
        if not rows:
            return 0
        messages = [Message(*row) for row in rows]
        accepted = await asyncio.to_thread(publisher.publish, messages)
        refused = [row[0] for row in rows if row[0] not in accepted]
        if accepted:
            await connection.execute(MARK, [sorted(accepted)])
        if refused:
            await connection.execute(POSTPONE, [refused])
    about = {"published": len(accepted), "postponed": len(refused)}
    logger.info("outbox", extra=about)
    return len(rows)


async def measure_age(connection: database.Connection) -> None:
    """Count how long the oldest event has waited."""
    row = await (await connection.execute(AGE)).fetchone()
    metrics.count(AGE_METRIC, max(0.0, row[0]) if row else 0.0, unit="Seconds")


async def run(source: database.Database, publisher: Publisher, stop: asyncio.Event) -> None:
    """Publish until *stop* is set; a batch in progress is finished."""
    while not stop.is_set():
        try:
            connection = await database.connect(source, within_seconds=OPEN_WITHIN_SECONDS)
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                await _serve(connection, publisher, stop)
        except psycopg.Error as error:
            logger.warning("the database connection was lost", extra={"reason": str(error).strip()})
            await _sleep(stop, PAUSE_SECONDS)


async def _serve(
    connection: database.Connection, publisher: Publisher, stop: asyncio.Event
) -> None:
    cleaned, measured = -CLEAN_SECONDS, -AGE_SECONDS
    while not stop.is_set():
        now = asyncio.get_running_loop().time()
        if now - measured > AGE_SECONDS and metrics.is_declared(AGE_METRIC):
            await measure_age(connection)
            measured = now
        while await publish_batch(connection, publisher) and not stop.is_set():
            pass
        now = asyncio.get_running_loop().time()
        if now - cleaned > CLEAN_SECONDS:
            await connection.execute(CLEAN)
            cleaned = now
        if not stop.is_set():
            await _wait(connection, stop)


async def _wait(connection: database.Connection, stop: asyncio.Event) -> None:
    """Wait for a new row, the next poll or *stop*."""
    stopped = asyncio.create_task(stop.wait())
    notified = asyncio.create_task(_notified(connection))
    await asyncio.wait({stopped, notified}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopped, notified):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await notified  # raises an error of the connection


async def _notified(connection: database.Connection) -> None:
    seconds = float(os.environ.get(POLL, POLL_SECONDS))
    async for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _relay(store: str) -> int:
    log.configure()
    tracing.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        source = database.Database.from_environment(store)
        await run(source, Publisher.from_environment(), stop)
    except (settings.SettingError, database.UnreachableError) as error:
        logger.error(str(error))  # noqa: TRY400 - the message is complete without a traceback
        return 1
    return 0


def main(store: str) -> int:
    """Publish the outbox of *store* until SIGTERM, and return the exit code."""
    return asyncio.run(_relay(store))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
