"""An inbox: each event has its effect once, although it may be delivered more than once.

In PostgreSQL the event and its effect are written in one transaction:

    async with pool.connection() as connection, inbox.once(connection, event) as new:
        if new:
            await connection.execute(...)

`kit.mysql_inbox` does the same in MySQL and MariaDB.

In DynamoDB they are written in one TransactWriteItems, which has one condition per event:

    Inbox.from_environment("inbox", key="id").write(event, {"Put": {...}})

With `latest_only`, an event is also skipped if a later one of its type and subject (by `sequence`)
has had its effect: for consumers that keep the present state of a subject. The default is what
service.yaml says in `consumes`, in the variable `<EVENT>_LATEST_ONLY`.

The tables, for a migration of the service (`clean` removes what is too old to be delivered again):

    CREATE TABLE inbox (
        source text NOT NULL,
        id text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (source, id)
    );
    CREATE INDEX inbox_received ON inbox (received_at);
    CREATE TABLE inbox_latest (
        type text NOT NULL,
        subject text NOT NULL,
        sequence text COLLATE "C" NOT NULL,
        PRIMARY KEY (type, subject)
    );

The store, for service.yaml: `inbox: {kind: dynamodb, partition_key: {name: id}, ttl_attribute:
expires_at}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kit import settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from kit.database import Connection, Pool

logger = logging.getLogger(__name__)

KEPT_DAYS = 45  # dead letters wait for 14 days, and an archive may be replayed after that
DAY_SECONDS = 86_400
CLEAN_SECONDS = 3600.0
FAILED = "ConditionalCheckFailed"

RECEIVE = "INSERT INTO inbox (source, id) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING 1"
ADVANCE = """
INSERT INTO inbox_latest AS known (type, subject, sequence) VALUES (%s, %s, %s)
ON CONFLICT (type, subject) DO UPDATE SET sequence = excluded.sequence
WHERE known.sequence < excluded.sequence RETURNING 1
"""
CLEAN = "DELETE FROM inbox WHERE received_at < now() - make_interval(days => %s)"


class Event(Protocol):
    """What the inbox reads of an event; `kit.events.Event` has it."""

    @property
    def id(self) -> str:
        """ID, unique within the source."""
        ...

    @property
    def source(self) -> str:
        """Producer."""
        ...

    @property
    def type(self) -> str:
        """Type."""
        ...

    @property
    def subject(self) -> str:
        """Subject."""
        ...

    @property
    def sequence(self) -> str | None:
        """Position among the events of its subject, as text of equal length."""
        ...


class NoSequenceError(ValueError):
    """Raised with `latest_only` for an event without a sequence."""


@contextlib.asynccontextmanager
async def once(
    connection: Connection, event: Event, *, latest_only: bool | None = None
) -> AsyncGenerator[bool]:
    """Open a transaction and yield whether *event* is to have its effect in it.

    The event counts as handled when the transaction commits: after an exception it is new again.
    A second delivery at the same time waits for the first. Raises NoSequenceError.
    """
    latest_only = is_latest_only(event) if latest_only is None else latest_only
    sequence = sequence_of(event) if latest_only else ""
    async with connection.transaction():
        cursor = await connection.execute(RECEIVE, [event.source, event.id])
        new = await cursor.fetchone() is not None
        if new and latest_only:
            values = [event.type, event.subject, sequence]
            new = await (await connection.execute(ADVANCE, values)).fetchone() is not None
        if not new:
            log_skipped(event)
        yield new


async def clean(connection: Connection) -> None:
    """Remove events that were received before any channel could still deliver them."""
    await connection.execute(CLEAN, [KEPT_DAYS])


async def keep_clean(pool: Pool) -> None:
    """Remove old events every hour, until the task is cancelled."""
    while True:
        try:
            async with pool.connection() as connection:
                await clean(connection)
        except Exception:  # the next hour will do
            logger.exception("old events were not removed")
        await asyncio.sleep(CLEAN_SECONDS)


@dataclass(frozen=True)
class Inbox:
    """The events that a service has handled, in a DynamoDB table."""

    table: Any
    """A table of boto3's DynamoDB resource."""
    key: str = "id"
    """Name of its partition key; the table has no sort key."""
    ttl_attribute: str = "expires_at"
    """Name of its TTL attribute."""

    @classmethod
    def from_environment(cls, store: str, **names: str) -> Inbox:
        """Return the inbox in *store*, its name in service.yaml; raises SettingError."""
        import boto3  # noqa: PLC0415 - a service without DynamoDB does not need it
        from botocore.config import Config  # noqa: PLC0415 - the same

        table = settings.text(f"{settings.prefix(store)}_TABLE")
        config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
        return cls(boto3.resource("dynamodb", config=config).Table(table), **names)

    def write(
        self, event: Event, *effects: Mapping[str, Any], latest_only: bool | None = None
    ) -> bool:
        """Write *effects*, items of TransactWriteItems, unless *event* has had them.

        Return whether they were written. Effects with a condition of their own that fails raise the
        client's TransactionCanceledException, and so does a concurrent transaction: the event is
        then delivered again. Raises NoSequenceError.
        """
        latest_only = is_latest_only(event) if latest_only is None else latest_only
        conditions = [self._received(event)]
        if latest_only:
            conditions.append(self._advanced(event))
        client = self.table.meta.client
        try:
            client.transact_write_items(TransactItems=[*conditions, *effects])
        except client.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
            if FAILED not in reasons[: len(conditions)]:
                raise
            log_skipped(event)
            return False
        return True

    def _received(self, event: Event) -> dict[str, Any]:
        expires = int(time.time()) + KEPT_DAYS * DAY_SECONDS
        item = {self.key: f"event|{event.source}|{event.id}", self.ttl_attribute: expires}
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(#key)",
                "ExpressionAttributeNames": {"#key": self.key},
            }
        }

    def _advanced(self, event: Event) -> dict[str, Any]:
        sequence = sequence_of(event)
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": {self.key: f"latest|{event.type}|{event.subject}", "sequence": sequence},
                "ConditionExpression": "attribute_not_exists(#key) OR #sequence < :sequence",
                "ExpressionAttributeNames": {"#key": self.key, "#sequence": "sequence"},
                "ExpressionAttributeValues": {":sequence": sequence},
            }
        }


def is_latest_only(event: Event) -> bool:
    """Return whether service.yaml says `latest_only` for the events of this type."""
    return os.environ.get(f"{settings.prefix(event.type)}_LATEST_ONLY") == "true"


def sequence_of(event: Event) -> str:
    """Return the sequence of *event*; raises NoSequenceError."""
    if event.sequence is None:
        raise NoSequenceError(
            f"the event {event.id} of type {event.type} has no sequence, which latest_only needs"
        )
    return event.sequence


def log_skipped(event: Event) -> None:
    """Log that *event* has no effect."""
    about = {"event_id": event.id, "type": event.type, "subject": event.subject}
    logger.info("event skipped: it or a later one was handled before", extra=about)
