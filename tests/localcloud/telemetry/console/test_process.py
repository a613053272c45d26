"""The console over the stores of the telemetry process."""

from __future__ import annotations

import asyncio
import json
import time

import aiohttp

from localcloud.ports import HOST, claim
from localcloud.telemetry import parts
from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.logs.events import LogEvent
from localcloud.telemetry.server import serving
from localcloud.telemetry.traces.span import Kind, Span


def shown(layout, prepare, *paths):
    """Return the JSON of each path after *prepare* wrote to the stores."""

    async def run():
        async with telemetry_context(layout, f"http://{HOST}:1") as context:
            parts.install(context)
            prepare(context)
            url = f"http://{HOST}:{claim(layout, 'console')}"
            async with serving(context), aiohttp.ClientSession() as http:
                return [await (await http.get(url + path)).json() for path in paths]

    return asyncio.run(run())


def test_lines_come_from_the_log_store(layout):
    def prepare(context):
        now = int(time.time() * 1000)
        line = json.dumps({"level": "ERROR", "message": "no", "trace_id": "t"})
        context.logs.append("1", "eu-west-1", "/orders", "task", [LogEvent(now, line, now)])

    [found, none] = shown(layout, prepare, "/logs.json?level=ERROR&trace=t", "/logs.json?trace=u")

    assert [one["text"] for one in found["lines"]] == ["no"]
    assert none["lines"] == []


def test_the_cloud_shows_what_is_stored(layout):
    def prepare(context):
        now = time.time_ns()
        span = Span(
            trace_id="a" * 32, span_id="b" * 16, service="orders", name="POST /orders",
            kind=Kind.SERVER, start=now - 10, end=now,
        )  # fmt: skip
        context.traces.add([span])

    [cloud] = shown(layout, prepare, "/cloud.json")

    assert cloud["storage"]["Spans"] == "1"
