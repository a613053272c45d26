"""What a full telemetry process with open pages takes; the section `memory` of `bench.telemetry`.

In a local cloud of its own it puts 100,000 log events and 50,000 spans through the public APIs,
restarts the process, and keeps the event streams of 20 pages open.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import psutil
import requests
from rich.progress import track

from bench.cloud import running_cloud
from bench.running import SECONDS, BenchError, eventually, screen
from bench.telemetry_data import EXPORTS, LINES, SPANS_OF_EXPORT, export, line
from localcloud.clients import client
from localcloud.ports import HOST, claim
from localcloud.supervisor import client as supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.layout import Layout

MB = 1_000_000
WANTED_MB, WANTED_READY_SECONDS = 80, 2
GROUPS = tuple(f"/bench/{name}" for name in ("orders", "catalog", "delivery", "notifications"))
BATCH = 2_500
PAGES_OPEN = 20
WATCHED_SECONDS = 30
DASHBOARD = "bench"
HOUR_MS = 3_600_000


def memory() -> None:
    """Measure the PSS of the process, at most 80 MB, and its start, at most 2 s."""
    with running_cloud() as layout:
        now = int(time.time() * 1000)
        _put_lines(layout, now)
        _put_spans(layout, now)
        _put_dashboard(layout)
        print(f"{LINES} log events, {EXPORTS * SPANS_OF_EXPORT} spans, {PAGES_OPEN} open pages")
        filled = _process(layout)
        print(f"  PSS after the intake: {_pss(filled):.0f} MB")
        seconds, cpu, process = _restarted(layout, filled)
        print(
            f"  ready again after {seconds:.1f} s, {cpu:.1f} s of CPU"
            f" (wanted: at most {WANTED_READY_SECONDS} s on an idle machine)"
        )
        print(f"  PSS without a page: {_pss(process):.0f} MB")
        found = asyncio.run(_watched(layout, process))
        print(
            f"  PSS with the pages: median {statistics.median(found):.0f} MB,"
            f" most {max(found):.0f} MB (wanted: at most {WANTED_MB} MB)"
        )


def _put_lines(layout: Layout, now: int) -> None:
    logs = client(layout, "logs")
    for group in GROUPS:
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="task")
    batches = range(0, LINES, BATCH)
    for first in track(batches, "log events", console=screen, transient=True):
        events = [
            {"timestamp": now - HOUR_MS + number, "message": json.dumps(line(number))}
            for number in range(first, first + BATCH)
        ]
        group = GROUPS[first // BATCH % len(GROUPS)]
        logs.put_log_events(logGroupName=group, logStreamName="task", logEvents=events)


def _put_spans(layout: Layout, now: int) -> None:
    url = f"http://{HOST}:{claim(layout, 'telemetry')}/v1/traces"
    headers = {"content-type": "application/x-protobuf"}
    for number in track(range(EXPORTS), "spans", console=screen, transient=True):
        body = export(number, now - 60_000)
        requests.post(url, body, headers=headers, timeout=SECONDS).raise_for_status()


def _put_dashboard(layout: Layout) -> None:
    body = {"widgets": [_widget(number) for number in range(8)]}
    cloudwatch = client(layout, "cloudwatch")
    cloudwatch.put_dashboard(DashboardName=DASHBOARD, DashboardBody=json.dumps(body))


def _widget(number: int) -> dict[str, Any]:
    metrics = [["AWS/Logs", name, "LogGroupName", GROUPS[number % len(GROUPS)]]
               for name in ("IncomingLogEvents", "IncomingBytes")]  # fmt: skip
    properties = {"title": f"Intake {number}", "region": "eu-west-1", "metrics": metrics}
    return {"type": "metric", "properties": properties}


def _process(layout: Layout) -> psutil.Process:
    """Return the telemetry process that runs."""
    found = supervisor.status(layout) or {"processes": []}
    for one in found["processes"]:
        if one["name"] == "telemetry" and one["pid"]:
            return psutil.Process(one["pid"])
    raise BenchError("no telemetry process runs")


def _pss(process: psutil.Process) -> float:
    """Return the memory of *process* and of those it started, in MB."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / MB


def _restarted(layout: Layout, before: psutil.Process) -> tuple[float, float, psutil.Process]:
    """Restart the process; return the seconds until it was ready, its CPU time, and the new one."""
    before.terminate()
    before.wait(SECONDS)
    url = f"http://{HOST}:{claim(layout, 'telemetry')}/health"

    def is_ready() -> bool:
        try:
            return requests.get(url, timeout=SECONDS).ok
        except requests.ConnectionError:
            return False

    eventually(is_ready, "telemetry is ready again")
    ready = time.time()
    eventually(lambda: _is_new(layout, before), "the supervisor names the new process")
    process = _process(layout)
    times = process.cpu_times()
    return ready - process.create_time(), times.user + times.system, process


def _is_new(layout: Layout, before: psutil.Process) -> bool:
    try:
        return _process(layout).pid != before.pid
    except (BenchError, psutil.NoSuchProcess):
        return False


def _pages() -> Iterator[str]:
    """Yield the paths of PAGES_OPEN different pages."""
    yield from ("/", "/map", "/traces", "/traces?errors=1", "/logs", "/logs?level=ERROR")
    yield from ("/logs?text=order-placed", f"/logs?correlation={'0' * 32}")
    yield from (f"/dashboards/{DASHBOARD}", "/dashboards", "/alarms", "/queues", "/tables")
    yield from ("/streams", "/deployments", "/logs?level=INFO", "/cloud")
    yield from (f"/traces/{number:032x}" for number in (1, 501, 1001))


async def _watched(layout: Layout, process: psutil.Process) -> list[float]:
    """Return the PSS in each of WATCHED_SECONDS while the pages are open."""
    pages = tuple(_pages())
    if len(set(pages)) != PAGES_OPEN:
        raise BenchError(f"{len(set(pages))} pages instead of {PAGES_OPEN}")
    url = f"http://{HOST}:{claim(layout, 'console')}/live"
    limits = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        updates = dict.fromkeys(pages, 0)

        async def follow(page: str) -> None:
            async with http.get(url + page, timeout=limits) as answer:
                answer.raise_for_status()
                async for part in answer.content:
                    updates[page] += part.startswith(b"data:")

        following = [asyncio.create_task(follow(page)) for page in pages]
        found: list[float] = []
        for _ in range(WATCHED_SECONDS):
            await asyncio.sleep(1)
            found.append(_pss(process))
        ended = [page for page, task in zip(pages, following, strict=True) if task.done()]
        for task in following:
            task.cancel()
        outcomes = await asyncio.gather(*following, return_exceptions=True)
    silent = [page for page, number in updates.items() if not number]
    if ended or silent:
        raise BenchError(f"ended: {ended}, without content: {silent}: {outcomes}")
    return found
