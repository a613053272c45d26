"""The log store keeps events in the order of time, and finds them by what people know of them."""

from __future__ import annotations

import asyncio
import json

import pytest

from localcloud.telemetry.database import Database
from localcloud.telemetry.logs import LogEvent, LogQuery, LogStore, Position

ACCOUNT, REGION = "1", "eu-west-1"


@pytest.fixture
def in_store(layout):
    """Run a function of a store inside an event loop, as the process does."""

    def run(act):
        async def main():
            database = Database(layout.data / "telemetry.db")
            try:
                return act(LogStore(database))
            finally:
                database.close()

        return asyncio.run(main())

    return run


def put(store, group, stream, *lines, batch="", region=REGION):
    events = [LogEvent(timestamp, message, 100) for timestamp, message in lines]
    return store.append(ACCOUNT, region, group, stream, events, batch=batch)


def messages(found):
    return [one.message for one in found]


def test_events_of_several_streams_are_found_in_the_order_of_time(in_store):
    def act(store):
        put(store, "a", "s1", (3, "three"), (1, "one"))
        put(store, "a", "s2", (2, "two"))
        put(store, "b", "s1", (2, "other"))
        return (
            messages(store.search(LogQuery(groups=["a"]))),
            messages(store.search(LogQuery(groups=["a"], newest_first=True, limit=2))),
            messages(store.search(LogQuery(groups=["a"], streams=["s1"], start=2, end=3))),
            messages(store.search(LogQuery(stream_prefix="s2"))),
        )

    whole, newest, some, prefixed = in_store(act)

    assert whole == ["one", "two", "three"]
    assert newest == ["three", "two"]
    assert some == ["three"]
    assert prefixed == ["two"]


def test_a_search_goes_on_after_and_before_a_position(in_store):
    def act(store):
        stored = put(store, "a", "s", (1, "one"), (1, "two"), (2, "three"))
        middle = Position(stored[1].timestamp, stored[1].id)
        later = store.search(LogQuery(after=middle))
        return messages(later), messages(store.search(LogQuery(before=middle)))

    assert in_store(act) == (["three"], ["one"])


def test_lines_in_json_are_found_by_level_correlation_and_trace(in_store):
    line = {"level": "error", "correlation_id": "c1", "trace_id": "t1", "message": "50% off_ed"}

    def act(store):
        put(store, "a", "s", (1, json.dumps(line)), (2, '{"broken'), (3, "50 percent"), (4, "{}"))
        queries = [
            LogQuery(level="Error"),
            LogQuery(correlation_id="c1"),
            LogQuery(trace_id="t1"),
            LogQuery(text="50% OFF_"),
        ]
        return [messages(store.search(query)) for query in queries]

    assert in_store(act) == [[json.dumps(line)]] * 4


def test_a_repeated_batch_adds_nothing(in_store):
    def act(store):
        put(store, "a", "s", (1, "one"), batch="b1")
        put(store, "a", "s", (1, "one"), batch="b1")
        put(store, "a", "s", (1, "one"), batch="b2")
        put(store, "a", "other", (1, "other"), batch="b2")
        return messages(store.search(LogQuery()))

    assert in_store(act) == ["one", "one", "other"]


def test_listeners_learn_of_each_batch_and_a_failing_one_hides_nothing(in_store, caplog):
    def act(store):
        seen = []

        def fails(batch):
            raise ValueError("no")

        store.listeners += [fails, seen.append]
        put(store, "a", "s", (1, "one"))
        return seen

    [batch] = in_store(act)

    assert (batch.group, batch.stream, messages(batch.events)) == ("a", "s", ["one"])
    assert "events of a could not be read" in caplog.text


def test_a_new_process_goes_on_with_higher_ids(in_store):
    [first] = in_store(lambda store: put(store, "a", "s", (1, "one")))
    in_store(lambda store: store.forget_stream((REGION, "a", "s")))
    [second] = in_store(lambda store: put(store, "a", "s", (1, "two")))

    assert second.id > first.id


def test_events_are_forgotten_by_time_and_by_stream(in_store):
    def act(store):
        put(store, "a", "s1", (1, "one"), (5, "five"))
        put(store, "a", "s2", (2, "two"), (6, "six"))
        put(store, "a", "s2", (1, "elsewhere"), region="eu-central-1")
        store.forget_before(REGION, "a", 5)
        by_time = messages(store.search(LogQuery()))
        store.forget_stream((REGION, "a", "s1"))
        return by_time, messages(store.search(LogQuery()))

    by_time, by_stream = in_store(act)

    assert by_time == ["elsewhere", "five", "six"]
    assert by_stream == ["elsewhere", "six"]


def test_times_and_bytes_are_those_of_the_stored_events(in_store):
    def act(store):
        put(store, "a", "s", (5, "é"), (3, "x"))
        times, stored = store.times((REGION, "a", "s")), store.stored_bytes(REGION, "a")
        store.forget_before(REGION, "a", 4)
        return times, stored, store.times((REGION, "a", "s")), store.times((REGION, "a", "none"))

    assert in_store(act) == ((3, 5, 100), 2 + 1 + 2 * 26, (5, 5, 100), None)
