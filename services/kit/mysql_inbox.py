"""An inbox in MySQL or MariaDB: each event has its effect once, as `kit.inbox` in PostgreSQL.

The event and its effect are written in one transaction, on a connection of `kit.mysql`:

    with connections.cursor() as cursor, mysql_inbox.once(cursor, event) as new:
        if new:
            cursor.execute(...)

`latest_only` and its default are those of `kit.inbox`. The tables, for migrations of the service,
one statement a file (`clean` removes what is too old to be delivered again):

    CREATE TABLE inbox (
        source varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        id varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        deliveries int NOT NULL DEFAULT 1,
        received_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (source, id),
        INDEX inbox_received (received_at)
    );
    CREATE TABLE inbox_latest (
        type varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        subject varchar(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        sequence char(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        PRIMARY KEY (type, subject)
    );
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

import pymysql

from kit.inbox import CLEAN_SECONDS, KEPT_DAYS, is_latest_only, log_skipped, sequence_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from kit.inbox import Event
    from kit.mysql import Connections

logger = logging.getLogger(__name__)

# An update locks the row for this transaction alone; INSERT IGNORE would share its lock.
RECEIVE = """
INSERT INTO inbox (source, id) VALUES (%s, %s) ON DUPLICATE KEY UPDATE deliveries = deliveries + 1
"""
INSERTED = 1
"""Rows that RECEIVE affects for a new event; 2 for one that is known."""
LOCK_SUBJECT = """
INSERT INTO inbox_latest (type, subject, sequence) VALUES (%s, %s, '')
ON DUPLICATE KEY UPDATE type = type
"""
ADVANCE = """
UPDATE inbox_latest SET sequence = %s WHERE type = %s AND subject = %s AND sequence < %s
"""
DEADLOCK = 1213
MAX_ATTEMPTS = 10

CLEAN = "DELETE FROM inbox WHERE received_at < CURRENT_TIMESTAMP - INTERVAL %s DAY"


@contextlib.contextmanager
def once(cursor: Any, event: Event, *, latest_only: bool | None = None) -> Generator[bool]:
    """Begin a transaction and yield whether *event* is to have its effect in it, by *cursor*.

    The event counts as handled when the transaction commits: after an exception it is new again.
    A second delivery at the same time waits for the first. Raises NoSequenceError.
    """
    latest_only = is_latest_only(event) if latest_only is None else latest_only
    sequence = sequence_of(event) if latest_only else ""
    connection = cursor.connection
    try:
        new = _begin(cursor, event, sequence)
        if not new:
            log_skipped(event)
        yield new
    except BaseException:
        with contextlib.suppress(pymysql.Error):  # a lost connection has rolled back
            connection.rollback()
        raise
    connection.commit()


def _begin(cursor: Any, event: Event, sequence: str) -> bool:
    """Begin a transaction; return whether *event* is new in it, and the latest if *sequence*.

    Of deliveries that wait for one that rolls back, InnoDB lets only one go on: the others are
    deadlocks, and begin again. There is nothing in their transactions yet.
    """
    attempt = 0
    while True:
        attempt += 1
        cursor.connection.begin()
        try:
            new = cursor.execute(RECEIVE, [event.source, event.id]) == INSERTED
            if new and sequence:
                of = [event.type, event.subject]
                cursor.execute(LOCK_SUBJECT, of)
                new = cursor.execute(ADVANCE, [sequence, *of, sequence]) > 0
        except pymysql.OperationalError as error:
            if error.args[0] != DEADLOCK or attempt == MAX_ATTEMPTS:
                raise
            cursor.connection.rollback()
        else:
            return new


def clean(cursor: Any) -> None:
    """Remove events that were received before any channel could still deliver them."""
    cursor.execute(CLEAN, [KEPT_DAYS])


async def keep_clean(connections: Connections) -> None:
    """Remove old events every hour, in a thread, until the task is cancelled."""

    def remove() -> None:
        with connections.cursor() as cursor:
            clean(cursor)

    while True:
        try:
            await asyncio.to_thread(remove)
        except Exception:  # the next hour will do
            logger.exception("old events were not removed")
        await asyncio.sleep(CLEAN_SECONDS)
