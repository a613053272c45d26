"""What access logs promise about their lines."""

from __future__ import annotations

import asyncio

import pytest
from botocore.exceptions import ClientError

from localcloud.runtime.frontdoor.gateway import access_log
from localcloud.runtime.frontdoor.gateway.access_log import AccessLogs, format_line


class Cloud:
    """Log groups that exist, and the lines put into them."""

    def __init__(self, *groups):
        self.groups = set(groups)
        self.lines = []
        self.asked = 0

    async def __call__(self, _service, operation, **parameters):
        self.asked += 1
        if parameters["logGroupName"] not in self.groups:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, operation)
        self.lines += [one["message"] for one in parameters.get("logEvents", [])]


@pytest.fixture
async def logs(monkeypatch):
    monkeypatch.setattr(access_log, "FLUSH_SECONDS", 0)
    logs = AccessLogs(Cloud("/api/shop"))
    task = asyncio.create_task(logs.run())
    yield logs
    task.cancel()


async def until(condition):
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0)


async def test_lines_arrive_in_their_group(logs):
    logs.add("/api/shop", "a")
    logs.add("/api/shop", "b")

    await until(lambda: logs._aws.lines)

    assert logs._aws.lines == ["a", "b"]


async def test_lines_of_a_group_that_is_gone_are_dropped(logs, caplog):
    logs.add("/api/shop", "a")
    await until(lambda: logs._aws.lines)
    logs._aws.groups.clear()

    logs.add("/api/shop", "b")
    await until(lambda: not any(logs._waiting.values()))
    asked = logs._aws.asked
    for _ in range(20):
        await asyncio.sleep(0)

    assert logs._aws.asked == asked
    assert len(caplog.records) == 1  # that the lines wait, when the known stream was gone


def test_unknown_variables_are_a_dash():
    assert format_line("$context.status $context.odd.", {"status": 200}) == "200 -."
