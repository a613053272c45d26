from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from localcloud.layout import ROOT
from tests.localcloud.runtime.fake_cloud import eventually

PARENT = """
import asyncio, sys
from pathlib import Path
from localcloud.layout import Layout
from localcloud.runtime import functions
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
    invoke = f"{url}/functions/{name}/invocations"
    busy = subprocess.Popen(["curl", "-s", "-d", "1", invoke], stdout=subprocess.DEVNULL)
    subprocess.run(["curl", "-s", "-d", "0", invoke], check=True, stdout=subprocess.DEVNULL)
    yield process
    busy.terminate()
    busy.wait()
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.asyncio
async def test_no_function_process_outlives_the_workers(parent, number):
    children = psutil.Process(parent.pid).children()

    parent.send_signal(number)

    assert len(children) == 2
    await eventually(lambda: not any(gone_or_not(child) for child in children), seconds=3)


def gone_or_not(child):
    try:
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


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
    await eventually(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.asyncio
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


@pytest.mark.asyncio
async def test_a_cold_start_takes_less_than_half_a_second(cloud, lambdas, name):
    cloud.function(name, "def handler(e, c):\n    return 1\n")

    started = time.monotonic()
    await lambdas.invoke(name, {})

    assert time.monotonic() - started < 0.5
