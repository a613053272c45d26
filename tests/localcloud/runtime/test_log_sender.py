"""How log lines reach CloudWatch Logs: in batches, in order, each once."""

from __future__ import annotations

import asyncio
import logging

import pytest
from botocore.exceptions import ClientError

from localcloud.runtime import log_sender
from localcloud.runtime.log_sender import LogSender, LogStreams, Stream

FIRST, OTHER = Stream("eu-west-1", "group", "first"), Stream("eu-west-1", "group", "other")


def error(code):
    return ClientError({"Error": {"Code": code, "Message": code}}, "PutLogEvents")


class Logs:
    """Stores batches by token; fails for a number of times, before or after it stored."""

    def __init__(self, *failures):
        self.failures, self.stored, self.order = list(failures), {}, []

    async def put(self, stream, events, token):
        self.order.append(stream.name)
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, Exception):
            raise failure
        self.stored[stream, token] = [one["message"] for one in events]
        if failure == "lost answer":
            raise ConnectionResetError

    @property
    def messages(self):
        return [one for batch in self.stored.values() for one in batch]


async def run_until(sender, condition):
    running = asyncio.create_task(sender.run())
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("failure", [ConnectionRefusedError(), "lost answer"])
async def test_every_line_is_stored_once_whether_the_batch_or_its_answer_was_lost(failure):
    logs = Logs(failure)
    sender = LogSender(logs.put, 0.001)
    sender.add(FIRST, "a")
    running = asyncio.create_task(sender.run())
    while len(logs.order) < 1:
        await asyncio.sleep(0)
    sender.add(FIRST, "b")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert logs.messages == ["a", "b"]
    assert sender.dropped == 0


async def test_a_stream_without_end_keeps_no_other_from_its_turn():
    logs = Logs()
    sender = LogSender(logs.put)
    put = logs.put

    async def endless(stream, events, token):
        await put(stream, events, token)
        if stream == FIRST and len(logs.order) < 5:
            sender.add(FIRST, "more")

    sender._put = endless
    sender.add(FIRST, "begun")
    sender.add(OTHER, "line")

    await sender.flush()

    assert logs.order[:3] == ["first", "other", "first"]


async def test_what_waits_when_the_sender_is_stopped_is_sent_to_the_last_line():
    logs = Logs()
    sender = LogSender(logs.put)
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)
    lines = [str(number) for number in range(2 * log_sender.MAX_BATCH_EVENTS + 1)]
    for line in lines:
        sender.add(FIRST, line)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert logs.messages == lines


async def test_batches_keep_the_limits_of_size_span_and_order():
    logs = Logs()
    sender = LogSender(logs.put)
    day = log_sender.MAX_BATCH_SPAN_MS
    for number, message in enumerate(["x" * log_sender.MAX_EVENT_BYTES] * 5):
        sender.add(FIRST, message, number)
    sender.add(OTHER, "later", 5)
    sender.add(OTHER, "earlier", 4)
    sender.add(OTHER, "tomorrow", day + 5)

    await sender.flush()

    of = [batch for (stream, _), batch in logs.stored.items() if stream == FIRST]
    assert [len(batch) for batch in of] == [3, 2]
    others = [batch for (stream, _), batch in logs.stored.items() if stream == OTHER]
    assert others == [["earlier", "later"], ["tomorrow"]]


async def test_the_oldest_of_too_many_lines_are_dropped_counted_and_reported(monkeypatch, caplog):
    monkeypatch.setattr(log_sender, "MAX_BUFFERED_EVENTS", 2)
    logs = Logs()
    sender = LogSender(logs.put, 0.001)
    for line in "abc":
        sender.add(FIRST, line)

    with caplog.at_level(logging.WARNING):
        await run_until(sender, lambda: caplog.records)

    assert logs.messages == ["b", "c"]
    assert sender.dropped == 1
    assert "1 log lines were dropped" in caplog.text


async def test_a_refused_batch_holds_up_no_other():
    logs = Logs(error("InvalidParameterException"))
    sender = LogSender(logs.put)
    sender.add(FIRST, "refused")
    sender.add(FIRST, "x" * (2 * log_sender.MAX_EVENT_BYTES))

    await sender.flush()
    sender.add(FIRST, "next")
    await sender.flush()

    assert logs.messages == ["next"]
    assert sender.dropped == 2


class Aws:
    """Groups and streams; PutLogEvents needs both."""

    def __init__(self, *groups):
        self.groups, self.streams, self.lines = set(groups), set(), []

    async def __call__(self, _service, operation, **given):
        group = given["logGroupName"]
        if operation == "CreateLogGroup":
            self.groups.add(group)
        elif group not in self.groups:
            raise error("ResourceNotFoundException")
        elif operation == "CreateLogStream":
            self.streams.add((group, given["logStreamName"]))
        elif (group, given["logStreamName"]) not in self.streams:
            raise error("ResourceNotFoundException")
        else:
            self.lines += [one["message"] for one in given["logEvents"]]


@pytest.mark.parametrize(
    ("groups", "creates_groups", "lines"),
    [(["group"], False, ["a", "b"]), ([], True, ["a", "b"]), ([], False, [])],
)
async def test_a_missing_stream_is_created_and_lines_without_a_group_are_dropped(
    groups, creates_groups, lines
):
    aws = Aws(*groups)
    sender = LogSender(LogStreams(aws, creates_groups=creates_groups))
    for line in "ab":
        sender.add(FIRST, line)
        await sender.flush()

    assert aws.lines == lines
