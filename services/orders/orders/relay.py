"""Publishes what the outbox holds: `python -m orders.relay`.

A row is marked after SNS accepted it, in the transaction that claimed it. A relay that dies in
between leaves the row to be published again, with the same event id, so nothing is lost and
readers leave out what they know. Several relays may run: each passes over the rows of the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from kit import log, settings

from orders import database, ledger
from orders.secret import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("relay")

BATCH = 10  # the most that SNS takes in one call
POLL = "RELAY_POLL_SECONDS"
POLL_SECONDS = 2.0  # for rows whose next try is due; a new row wakes the relay at once
OPEN_WITHIN_SECONDS = 60.0
PAUSE_SECONDS = 1.0  # after an error of the database
CLEAN_SECONDS = 3600.0
CLAIM = """
SELECT sequence, type, envelope FROM outbox
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
CLEAN = "DELETE FROM outbox WHERE published_at < now() - interval '7 days'"


@dataclass(frozen=True)
class Publisher:
    """Sends events to the topic of their type."""

    client: Any
    """Of SNS."""
    topics: dict[str, str]
    """ARN by type."""

    @classmethod
    def from_environment(cls) -> Publisher:
        """Read the topics' variables; raises SettingError."""
        config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 2})
        topics = {ledger.ORDER_PLACED: settings.text("ORDER_PLACED_TOPIC_ARN")}
        return cls(boto3.client("sns", config=config), topics)

    def publish(self, rows: Sequence[tuple[int, str, dict[str, Any]]]) -> set[int]:
        """Return the numbers of the rows that SNS accepted."""
        accepted: set[int] = set()
        for kind in sorted({row[1] for row in rows}):
            entries = [
                {
                    "Id": str(sequence),
                    "Message": json.dumps(envelope),
                    "MessageAttributes": {"type": {"DataType": "String", "StringValue": kind}},
                }
                for sequence, row_kind, envelope in rows
                if row_kind == kind
            ]
            try:
                topic = self.topics[kind]
                answer = self.client.publish_batch(
                    TopicArn=topic, PublishBatchRequestEntries=entries
                )
            except (BotoCoreError, ClientError, KeyError) as error:
                about = {"type": kind, "reason": f"{type(error).__name__}: {error}"}
                logger.error("events could not be published", extra=about)  # noqa: TRY400
                continue
            accepted |= {int(entry["Id"]) for entry in answer.get("Successful", [])}
            for entry in answer.get("Failed", []):
                logger.error("event was not accepted", extra={"failed": entry})
        return accepted


async def publish_some(connection: database.Connection, publisher: Publisher) -> int:
    """Claim up to a batch of rows, publish them, mark them; return how many were claimed."""
    async with connection.transaction():
        rows = await (await connection.execute(CLAIM, [BATCH])).fetchall()
        if not rows:
            return 0
        accepted = await asyncio.to_thread(publisher.publish, rows)
        refused = [row[0] for row in rows if row[0] not in accepted]
        if accepted:
            await connection.execute(MARK, [sorted(accepted)])
        if refused:
            await connection.execute(POSTPONE, [refused])
    about = {"published": len(accepted), "postponed": len(refused)}
    logger.info("outbox", extra=about)
    return len(rows)


async def run(source: Database, publisher: Publisher, stop: asyncio.Event) -> None:
    """Publish until *stop*; the batch in hand is finished."""
    while not stop.is_set():
        try:
            connection = await database.connect(source, within_seconds=OPEN_WITHIN_SECONDS)
            async with connection:
                await connection.execute(f"LISTEN {ledger.CHANNEL}")
                await _serve(connection, publisher, stop)
        except psycopg.Error as error:
            logger.warning("the ledger went away", extra={"reason": str(error).strip()})
            await _sleep(stop, PAUSE_SECONDS)


async def _serve(
    connection: database.Connection, publisher: Publisher, stop: asyncio.Event
) -> None:
    cleaned = -CLEAN_SECONDS
    while not stop.is_set():
        while await publish_some(connection, publisher) and not stop.is_set():
            pass
        now = asyncio.get_running_loop().time()
        if now - cleaned > CLEAN_SECONDS:
            await connection.execute(CLEAN)
            cleaned = now
        if not stop.is_set():
            await _woken(connection, stop)


async def _woken(connection: database.Connection, stop: asyncio.Event) -> None:
    """Wait for a new row, for the next poll, or for *stop*."""
    stopped = asyncio.create_task(stop.wait())
    woken = asyncio.create_task(_notified(connection))
    await asyncio.wait({stopped, woken}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopped, woken):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await woken  # an error of the connection comes out here


async def _notified(connection: database.Connection) -> None:
    seconds = float(os.environ.get(POLL, POLL_SECONDS))
    async for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _main() -> int:
    log.configure()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await run(Database.from_environment(), Publisher.from_environment(), stop)
    except (settings.SettingError, database.UnreachableError) as error:
        logger.error(str(error))  # noqa: TRY400 - the sentence says all, a trace would hide it
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
