"""The outbox in PostgreSQL: a row for each channel, and numbers without gaps for each subject."""

import asyncio
import json
import re

import psycopg
import pytest
from kit import events, outbox

from localcloud.engines.databases import Databases
from localcloud.layout import Layout

FORMER = """
CREATE TABLE outbox (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    envelope json NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
)
"""
SCHEMA = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    databases = Databases(Layout(tmp_path_factory.mktemp("postgresql")), start_here=True)
    yield databases.create(
        "outbox", master_username="master", master_password="m", database_name="ledger"
    )
    databases.stop()


@pytest.fixture
async def connect(server, monkeypatch):
    """Open connections to a database without tables."""
    monkeypatch.setenv("SERVICE_NAME", "loans")
    monkeypatch.setattr(outbox, "_with_sequences", set())
    opened = []

    async def open_():
        login = {"user": "master", "password": "m", "dbname": "ledger"}
        opened.append(
            await psycopg.AsyncConnection.connect(
                host=server.host, port=server.port, autocommit=True, **login
            )
        )
        return opened[-1]

    await (await open_()).execute("DROP TABLE IF EXISTS outbox, outbox_sequences")
    yield open_
    for connection in opened:
        await connection.close()


@pytest.fixture
async def tables(connect):
    connection = await connect()
    for statement in re.findall(r"^    (CREATE .*?;)$", outbox.__doc__, re.DOTALL | re.MULTILINE):
        await connection.execute(statement)
    return connection


async def rows(connection, what):
    return await (await connection.execute(f"SELECT {what} FROM outbox ORDER BY 1")).fetchall()


class Accepting:
    """A publisher that keeps what it gets, and accepts all but one channel."""

    def __init__(self, refused=""):
        self.refused = refused
        self.sent = []

    def publish(self, messages):
        self.sent += messages
        return {one.key for one in messages if one.channel != self.refused}


async def test_concurrent_writers_number_the_events_of_a_subject_without_gaps(connect, tables):
    async def write(subject, *, fails):
        connection = await connect()
        for index in range(5):
            async with connection.transaction():
                await outbox.add(connection, "lent", subject=subject, data={"n": index})
                if fails and index % 2:
                    raise psycopg.Rollback

    await asyncio.gather(*(write(f"s-{n % 2}", fails=n > 1) for n in range(4)))

    for subject in ("s-0", "s-1"):
        written = await rows(tables, "envelope ->> 'sequence', envelope ->> 'subject'")
        numbers = [number for number, of in written if of == subject]
        assert numbers == [f"{number:020}" for number in range(1, 9)]


async def test_an_event_on_two_channels_is_repeated_on_the_one_that_failed_only(
    tables, monkeypatch
):
    monkeypatch.setenv("LENT_TOPIC_ARN", "topic")
    monkeypatch.setenv("LENT_STREAM_NAME", "stream")
    async with tables.transaction():
        await outbox.add(tables, "lent", subject="s", data={})
    first, second = Accepting(refused="stream"), Accepting()

    await outbox.publish_batch(tables, first)
    await tables.execute("UPDATE outbox SET next_attempt_at = now()")
    await outbox.publish_batch(tables, second)

    assert [one.channel for one in first.sent] == ["topic", "stream"]
    assert [one.channel for one in second.sent] == ["stream"]
    assert len({one.envelope["id"] for one in (*first.sent, *second.sent)}) == 1
    assert await rows(tables, "published_at IS NOT NULL") == [(True,), (True,)]


async def test_an_invalid_event_undoes_the_change_that_it_announces(tables, tmp_path, monkeypatch):
    file = tmp_path / "events" / "lent" / "1.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(SCHEMA))
    monkeypatch.setenv("EVENT_SCHEMAS_DIRECTORY", str(tmp_path))

    async def change():
        async with tables.transaction():
            await outbox.add(tables, "lent", subject="s", data={"id": "1"})
            await outbox.add(tables, "lent", subject="s", data={})

    with pytest.raises(events.InvalidEventError, match="required"):
        await change()

    assert await rows(tables, "id") == []


async def test_the_table_of_the_former_release_is_still_written_and_relayed(connect, monkeypatch):
    connection = await connect()
    await connection.execute(FORMER)
    former = json.dumps({"id": "e-1", "type": "lent", "correlation_id": "", "data": {}})
    insert = "INSERT INTO outbox (id, type, envelope) VALUES (gen_random_uuid(), 'lent', %s)"
    await connection.execute(insert, [former])
    publisher = Accepting()

    await outbox.add(connection, "lent", subject="s", data={})
    await outbox.publish_batch(connection, publisher)

    assert [one.channel for one in publisher.sent] == ["topic", "topic"]
    assert [one.envelope.get("specversion") for one in publisher.sent] == [None, "1.0"]
    assert "sequence" not in publisher.sent[1].envelope
