"""Live Tail sessions."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from localcloud.telemetry.database import Database
from localcloud.telemetry.logs import live_tail
from localcloud.telemetry.logs.events import LogEvent
from localcloud.telemetry.logs.store import LogStore
from localcloud.telemetry.operations import Call, OperationError

CALL = Call("1", "eu-west-1")
ARN = "arn:aws:logs:eu-west-1:1:log-group:{}"


class Groups:
    """The declared groups `a` and `b`."""

    async def group(self, _region, name):
        if name not in ("a", "b"):
            raise OperationError("ResourceNotFoundException", name)


@pytest.fixture
def store(layout):
    database = Database(layout.data / "telemetry.db")
    yield LogStore(database)
    database.close()


@pytest.fixture
def tails(store, monkeypatch):
    monkeypatch.setattr(live_tail, "UPDATE_SECONDS", 0.01)
    return live_tail.LiveTails(SimpleNamespace(logs=store), Groups())


def wanted(*groups, **more):
    return {"logGroupIdentifiers": [ARN.format(one) for one in groups], **more}


def updates(tails, store, parameters, *appended):
    """Return the results of the update after *appended*: group, stream and lines of each batch."""

    async def read():
        events = await tails.start(parameters, CALL)
        try:
            start = await anext(events)
            for group, stream, *lines in appended:
                stored = [LogEvent(1, line, 2) for line in lines]
                store.append("1", "eu-west-1", group, stream, stored)
            return start, await anext(events)
        finally:
            await events.aclose()

    start, update = asyncio.run(read())
    assert (start.name, update.name) == ("sessionStart", "sessionUpdate")
    assert {name: start.payload[name] for name in parameters} == parameters
    return update.payload


def lines(update):
    return [one["message"] for one in update["sessionResults"]]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        (wanted("a"), ["1 x", "2 y"]),
        (wanted("a", "b"), ["1 x", "2 y", "3 x"]),
        (wanted("a", "b", logEventFilterPattern="x"), ["1 x", "3 x"]),
        (wanted("a", logStreamNames=["t"]), ["2 y"]),
        (wanted("a", logStreamNamePrefixes=["s", "u"]), ["1 x"]),
    ],
)
def test_a_session_has_the_events_of_its_groups_streams_and_pattern(
    tails, store, parameters, found
):
    batches = [("a", "s", "1 x"), ("a", "t", "2 y"), ("b", "s", "3 x"), ("c", "s", "4 x")]

    update = updates(tails, store, parameters, *batches)

    assert lines(update) == found
    assert update["sessionMetadata"] == {"sampled": False}
    assert update["sessionResults"][-1] | {"message": ""} == {
        "logGroupIdentifier": ARN.format("b" if "3 x" in found else "a"),
        "logStreamName": "t" if found[-1] == "2 y" else "s",
        "message": "",
        "timestamp": 1,
        "ingestionTime": 2,
    }


def test_more_than_500_events_of_a_second_are_a_sample_of_them_all(tails, store):
    update = updates(tails, store, wanted("a"), ("a", "s", *map(str, range(1250))))

    assert update["sessionMetadata"] == {"sampled": True}
    assert lines(update) == [str(number * 5 // 2) for number in range(500)]


def test_a_session_that_ends_reads_no_more(tails, store):
    before = list(store.listeners)

    updates(tails, store, wanted("a"))

    assert (store.listeners, tails.sessions) == (before, 0)


def test_a_session_ends_with_an_exception_after_its_time(tails):
    tails.session_seconds = 0.0

    async def read():
        return [one async for one in await tails.start(wanted("a"), CALL)]

    last = asyncio.run(read())[-1]

    assert (last.name, last.is_exception) == ("SessionTimeoutException", True)


@pytest.mark.parametrize(
    ("parameters", "code", "text"),
    [
        (wanted("c"), "ResourceNotFoundException", "c"),
        (wanted(), "InvalidParameterException", "1 to 10"),
        (wanted(*"abcdefghijk"), "InvalidParameterException", "1 to 10"),
        (wanted("a:*"), "InvalidParameterException", "logGroupArn"),
        ({"logGroupIdentifiers": ["a"]}, "InvalidParameterException", "must be the ARN"),
        (
            {"logGroupIdentifiers": ["arn:aws:logs:us-east-1:1:log-group:a"]},
            "InvalidParameterException",
            "another Region",
        ),
        (wanted("a", "b", logStreamNames=["s"]), "InvalidParameterException", "one log group"),
        (
            wanted("a", logStreamNames=["s"], logStreamNamePrefixes=["t"]),
            "InvalidParameterException",
            "exclude each other",
        ),
        (wanted("a", logEventFilterPattern="{ $.x"), "InvalidParameterException", "pattern"),
    ],
)
def test_a_wrong_request_is_refused_before_the_stream(tails, parameters, code, text):
    with pytest.raises(OperationError, match=text) as refused:
        asyncio.run(tails.start(parameters, CALL))

    assert refused.value.code == code


def test_a_session_beyond_the_limit_of_aws_is_refused(tails):
    tails.sessions = live_tail.MAX_SESSIONS

    with pytest.raises(OperationError) as refused:
        asyncio.run(tails.start(wanted("a"), CALL))

    assert refused.value.code == "LimitExceededException"
