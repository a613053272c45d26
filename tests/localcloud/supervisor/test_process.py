"""What the supervisor promises about each of its processes."""

import asyncio
import os
import signal
import sys

import psutil
import pytest

from localcloud.supervisor import process
from localcloud.supervisor.child import SUPERVISED
from localcloud.supervisor.process import ProcessSpec, State, SupervisedProcess

FOREVER = [sys.executable, "-c", "import time; time.sleep(60)"]
FAILS = [sys.executable, "-c", "raise SystemExit('port 4566 is in use')"]
FOLLOWS = "from localcloud.supervisor.child import follow_parent; follow_parent(); "


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
async def supervise(tmp_path):
    made = []

    async def answers():
        return True

    def start(command, probe=answers, changed=lambda: None):
        spec = ProcessSpec("child", command, dict(os.environ), tmp_path / "child.log", probe)
        made.append(SupervisedProcess(spec, changed))
        return made[-1]

    yield start
    for one in made:
        await one.stop()


async def test_a_process_that_was_killed_is_started_again(supervise):
    child = supervise(FOREVER)
    await until(lambda: child.state == State.READY)
    first = child.pid

    os.kill(first, signal.SIGKILL)
    await until(lambda: child.state == State.READY and child.pid not in (None, first))

    assert child.restarts == 1
    assert not psutil.pid_exists(first)


async def test_a_process_that_never_answers_is_called_failed_and_its_words_are_kept(
    supervise, tmp_path, monkeypatch
):
    async def never():
        return None

    monkeypatch.setattr(process, "FIRST_PAUSE_SECONDS", 0.01)

    child = supervise(FAILS, never)
    await until(lambda: child.state == State.FAILED)

    assert "port 4566 is in use" in (tmp_path / "child.log").read_text()


async def test_a_process_that_cannot_be_started_is_called_failed_and_tried_again(
    supervise, tmp_path, monkeypatch
):
    monkeypatch.setattr(process, "FIRST_PAUSE_SECONDS", 0.01)
    program = tmp_path / "program"

    child = supervise([str(program)])
    await until(lambda: child.state == State.FAILED)
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)

    await until(lambda: child.state == State.READY)


async def test_a_process_that_answers_no_more_is_started_again(supervise, monkeypatch):
    monkeypatch.setattr(process, "READY_PROBE_SECONDS", 0.01)
    monkeypatch.setattr(process, "PROBE_TIMEOUT_SECONDS", 0.01)
    hung = []

    async def probe():
        if child.pid in hung:
            await asyncio.sleep(60)
        return True

    child = supervise(FOREVER, probe)
    await until(lambda: child.state == State.READY)
    first = child.pid
    hung.append(first)

    await until(lambda: child.state == State.READY and child.pid not in (None, first))

    assert child.restarts == 1
    assert not psutil.pid_exists(first)


@pytest.mark.parametrize(("often", "seldom"), [(None, True), (None, False), (False, False)])
async def test_a_process_that_answers_now_and_then_is_left_alone(
    supervise, monkeypatch, often, seldom
):
    monkeypatch.setattr(process, "READY_PROBE_SECONDS", 0.001)
    probes = []

    async def probe():
        probes.append(None)
        if len(probes) == 1:
            return True
        return seldom if len(probes) % process.MAX_FAILED_PROBES == 0 else often

    child = supervise(FOREVER, probe)
    await until(lambda: len(probes) > 10 * process.MAX_FAILED_PROBES)

    assert (child.state, child.restarts) == (State.READY, 0)


async def test_a_stopped_process_is_gone_and_not_started_again(supervise):
    child = supervise(FOREVER)
    await until(lambda: child.state == State.READY)
    pid = child.pid

    await child.stop()

    assert child.state == State.STOPPED
    assert not psutil.pid_exists(pid)


async def test_a_process_whose_state_could_not_be_told_is_stopped_all_the_same(supervise):
    tell = iter([RuntimeError, RuntimeError])

    def changed():
        for error in tell:
            raise error

    child = supervise(FOREVER, changed=changed)
    await until(lambda: child.state == State.RESTARTING)

    await child.stop()

    assert (child.state, child.pid) == (State.STOPPED, None)


async def test_a_supervised_process_ends_when_the_other_end_of_its_input_closes():
    command = FOLLOWS + "import time; time.sleep(60)"
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        command,
        stdin=asyncio.subprocess.PIPE,
        env={**os.environ, SUPERVISED: "1"},
    )

    child.stdin.close()

    assert await asyncio.wait_for(child.wait(), 10) == -signal.SIGTERM
