from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import pytest

from localcloud.layout import ROOT
from localcloud.runtime.functions import run as functions
from localcloud.runtime.log_sender import LogSender
from tests.localcloud.runtime.fake_cloud import eventually, workers

PARENT = """
import asyncio, sys
from pathlib import Path
from localcloud.layout import Layout
from localcloud.runtime.functions import run as functions
from localcloud.runtime.log_sender import LogSender
from tests.localcloud.runtime.fake_cloud import workers

class Cloud:
    url = sys.argv[2]

async def main():
    async with workers(Layout(Path(sys.argv[1])), Cloud, functions=functions.run) as context:
        print(context.workers_url, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def parent(cloud, layout, name):
    """A workers process of its own, with two function processes: one idle, one busy for long."""
    source = """
    import os, time
    def handler(event, context):
        if event:
            while True:
                time.sleep(1)
        return os.getpid()
    """
    cloud.function(name, textwrap.dedent(source), Timeout=60)
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(layout.home), cloud.url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    url = process.stdout.readline().strip()
    process.url = url
    busy = threading.Thread(target=post, args=(url, name, b"1"))
    busy.start()
    assert post(url, name, b"0") == 200
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()
    busy.join()


def post(url, name, payload, **headers):
    path = f"{url}/functions/{name}/invocations"
    request = Request(path, payload, {k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urlopen(request, timeout=30) as response:
            return response.status
    except OSError:
        return None  # the workers were ended meanwhile


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.asyncio
async def test_no_function_process_outlives_the_workers(parent, number):
    children = psutil.Process(parent.pid).children()

    parent.send_signal(number)

    assert len(children) == 2
    await eventually(lambda: not any(lives(child) for child in children), seconds=3)


def lives(child):
    try:
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.asyncio
async def test_an_accepted_event_survives_a_kill_of_the_workers(parent, cloud, layout, name):
    source = "import time\ndef handler(e, c):\n    time.sleep(0.3)\n    print('did', e)\n"
    cloud.function(f"{name}-2", source)
    for number in range(5):
        kind = {"X_Amz_Invocation_Type": "Event"}
        sent = await asyncio.to_thread(post, parent.url, f"{name}-2", str(number).encode(), **kind)
        assert sent == 202

    parent.kill()
    parent.wait()
    async with workers(layout, cloud, functions=functions.run):
        log = layout.logs / f"{name}-2.log"

        def done():
            lines = log.read_text().splitlines() if log.exists() else []
            return {line for line in lines if line.startswith("did")}

        await eventually(lambda: done() == {f"did {number}" for number in range(5)})


@pytest.mark.asyncio
async def test_what_a_function_started_ends_with_it(cloud, lambdas, name):
    source = """
    import subprocess, time
    def handler(event, context):
        child = subprocess.Popen(["sleep", "60"])
        with open("/tmp/" + event, "w") as file:
            file.write(str(child.pid))
        time.sleep(9)
    """
    cloud.function(name, textwrap.dedent(source), Timeout=1)
    note = Path("/tmp") / name

    await lambdas.invoke(name, name)

    pid = int(note.read_text())
    note.unlink()
    await eventually(lambda: not psutil.pid_exists(pid) or not lives(psutil.Process(pid)))


@pytest.mark.asyncio
async def test_an_environment_whose_credentials_are_due_takes_no_more_invocations(
    lambdas, cloud, name, monkeypatch
):
    cloud.function(name, "import os\ndef handler(e, c):\n    return os.getpid()\n")
    first = (await lambdas.invoke(name)).body
    warm = (await lambdas.invoke(name)).body
    (pool,) = lambdas.functions._pools.values()
    for environment in pool._environments:
        monkeypatch.setattr(environment, "_usable_until", 0.0)

    replaced = (await lambdas.invoke(name)).body

    assert first == warm != replaced
    await eventually(lambda: lambdas.functions.processes() == {name: 1})


async def test_processes_that_were_idle_for_long_end(cloud, lambdas, name):
    cloud.function(name, "import os\ndef handler(e, c):\n    return os.getpid()\n")
    pid = (await lambdas.invoke(name, {})).body

    def reaped():
        for pool in lambdas.functions._pools.values():
            pool.reap(idle_seconds=0)
        return not Path(f"/proc/{pid}").exists()

    await eventually(reaped)
    assert (await lambdas.invoke(name, {})).body != pid


@pytest.mark.asyncio
async def test_a_process_killed_from_outside_while_idle_is_replaced(cloud, lambdas, name):
    cloud.function(name, "import os\ndef handler(e, c):\n    return os.getpid()\n")
    pid = (await lambdas.invoke(name, {})).body

    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: not Path(f"/proc/{pid}").exists())
    answer = await lambdas.invoke(name, {})

    assert answer.error is None
    assert answer.body != pid


@pytest.mark.asyncio
async def test_a_burst_of_short_calls_shares_few_processes(cloud, lambdas, name):
    cloud.function(name, "import os\ndef handler(e, c):\n    return os.getpid()\n")

    answers = await asyncio.gather(*(lambdas.invoke(name, {}) for _ in range(40)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) <= 6


ENDLESS = """
import os, threading
def endless():
    while True:
        os.write(1, b"again\\n" * 1000)
def handler(event, context):
    if event == "in the background":
        threading.Thread(target=endless, daemon=True).start()
    else:
        endless()
"""


@pytest.fixture
def endless(monkeypatch):
    """What prints for ever; only the files get it: plain moto copies all logs with a function.

    It comes before the functions, so that it outlives them.
    """
    monkeypatch.setattr(LogSender, "add", lambda *_: None)
    return ENDLESS


@pytest.mark.asyncio
async def test_a_function_that_prints_for_ever_is_ended_at_its_timeout_while_others_answer(
    endless, cloud, lambdas, name
):
    cloud.function(name, endless, Timeout=5)
    cloud.function(f"{name}-2", "def handler(e, c):\n    return e\n")
    await lambdas.invoke(f"{name}-2", "start")
    log = lambdas.layout.logs / f"{name}.log"
    printing = asyncio.create_task(lambdas.invoke(name, {}))
    await eventually(lambda: log.exists() and "again" in log.read_text())

    other = await lambdas.invoke(f"{name}-2", "hello")
    while_printing = not printing.done()
    answer = await printing

    assert (other.body, while_printing) == ("hello", True)
    assert answer.body["errorMessage"].endswith("Task timed out after 5.00 seconds")
    await eventually(lambda: lambdas.functions.processes()[name] == 0)


@pytest.mark.asyncio
async def test_a_result_does_not_wait_for_a_thread_that_prints_for_ever(
    endless, cloud, lambdas, name
):
    cloud.function(name, endless)

    answer = await lambdas.invoke(name, "in the background")

    assert (answer.error, answer.body) == (None, None)
