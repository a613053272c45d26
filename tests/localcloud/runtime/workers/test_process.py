from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from aiohttp import web

from localcloud import keep_running as parts_module
from localcloud.keep_running import keep_running
from localcloud.layout import ROOT, Layout
from localcloud.ports import claim, is_listening
from localcloud.runtime.context import worker_context
from localcloud.runtime.workers.server import serving


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def health(layout):
    try:
        with urlopen(f"http://127.0.0.1:{claim(layout, 'workers')}/health", timeout=2) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)
    except URLError:
        return None, None


@pytest.mark.asyncio
async def test_the_workers_are_healthy_once_all_parts_are_ready(layout):
    async with worker_context(layout) as context, serving(context, ("one", "two")):
        context.ready("one")
        before = await asyncio.to_thread(health, layout)
        context.ready("two")
        after = await asyncio.to_thread(health, layout)

    assert before == (503, {"status": "starting", "waitingFor": ["two"]})
    assert after == (200, {"status": "ready"})


@pytest.mark.asyncio
async def test_a_part_answers_the_paths_that_begin_with_its_name(layout):
    async def answer(request):
        return web.Response(text=request.path)

    async with worker_context(layout) as context, serving(context, ()):
        context.routes["mine"] = answer
        async with context.http.get(f"{context.workers_url}/mine/too") as mine:
            text = await mine.text()
        async with context.http.get(f"{context.workers_url}/other") as other:
            status = other.status

    assert (text, status) == ("/mine/too", 404)


@pytest.mark.asyncio
async def test_a_page_from_elsewhere_is_refused(layout):
    async def answer(request):
        return web.Response(text="invoked")

    elsewhere = {"Origin": "https://somewhere.example"}
    async with worker_context(layout) as context, serving(context, ()):
        context.routes["functions"] = answer
        url = f"{context.workers_url}/functions/f/invocations"
        async with context.http.post(url, headers=elsewhere) as refused:
            status = refused.status

    assert status == 403


@pytest.mark.asyncio
async def test_a_part_that_fails_is_started_again_and_the_others_go_on(layout, monkeypatch, caplog):
    monkeypatch.setattr(parts_module, "FIRST_DELAY_SECONDS", 0.01)
    starts = {"good": 0, "bad": 0}

    async def good(_context):
        starts["good"] += 1
        await asyncio.sleep(60)

    async def bad(_context):
        starts["bad"] += 1
        raise RuntimeError("it broke")

    async with worker_context(layout) as context:
        running = asyncio.create_task(keep_running(context, {"good": good, "bad": bad}))
        await asyncio.sleep(0.2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert starts["good"] == 1
    assert starts["bad"] >= 3
    assert "it broke" in caplog.text


@pytest.fixture
def process(layout):
    environment = {**os.environ, "BULKHEAD_HOME": str(layout.home), "BULKHEAD_SUPERVISED": "1"}
    with (layout.home / "workers.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "localcloud.runtime.workers"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=ROOT,
        )
    deadline = time.monotonic() + 20
    while not is_listening(claim(layout, "workers")):
        assert started.poll() is None, (layout.home / "workers.log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield started
    started.stdin.close()
    started.kill()
    started.wait()


def test_nobody_else_can_read_what_the_process_keeps(process, layout):
    kept = layout.data / "async-invocations.sqlite"
    deadline = time.monotonic() + 20
    while not kept.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    found = [layout.home, *layout.data.rglob("*")]
    assert [path.name for path in found if path.stat().st_mode & 0o077] == []


def test_the_process_ends_cleanly_when_asked_to(process, layout):
    process.send_signal(signal.SIGTERM)

    assert process.wait(10) == 0
    assert not is_listening(claim(layout, "workers"))


def test_the_process_ends_with_its_supervisor(process):
    process.stdin.close()

    assert process.wait(10) == 0


def test_the_process_answers_while_there_is_no_control_plane(process, layout):
    status, _ = health(layout)

    assert status in (200, 503)
    assert process.poll() is None
