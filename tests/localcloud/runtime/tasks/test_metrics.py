"""What the processes of tasks use."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from localcloud.measurements import Measurements
from localcloud.runtime.tasks.metrics import UsageMeter, used_by
from localcloud.runtime.tasks.rollout import Limits
from localcloud.runtime.tasks.task_definition import parse_task_definition

CHILD = "import sys; held = bytearray(40_000_000); print('up', flush=True); sys.stdin.read()"
PARENT = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]);"
    "child.wait()"
)


@pytest.fixture
def process():
    """A process with a child that holds 40 MB."""
    started = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    started.stdout.readline()
    yield started
    started.stdin.close()
    started.wait()
    started.stdout.close()


def test_the_children_of_a_task_count(process):
    used = used_by({"task": [process.pid], "gone": []})

    assert used["task"].memory_bytes > 40_000_000
    assert used["task"].cpu_seconds > 0
    assert used["gone"].memory_bytes == 0


@pytest.mark.asyncio
async def test_a_service_reports_shares_of_its_task_size(process):
    plan = parse_task_definition(
        {"taskDefinitionArn": "arn", "family": "orders", "cpu": "256", "memory": "512"}
    )
    containers = {"app": SimpleNamespace(pid=process.pid)}
    running = SimpleNamespace(
        arn="task/1", status="RUNNING", ended=False, plan=plan, containers=containers
    )
    pending = SimpleNamespace(arn="task/2", status="PENDING", ended=False)
    wanted = SimpleNamespace(
        cluster="arn:x:cluster/shop", name="orders", limits=Limits(3), stopped=False
    )
    runner = SimpleNamespace(
        wanted=wanted, tasks=[SimpleNamespace(task=task) for task in (running, pending)]
    )
    found = Measurements()
    meter = UsageMeter(found)

    await meter.measure([runner])
    first = {one.name for one in found.take()}
    await meter.measure([runner])

    by_name = {one.name: one for one in found.take()}
    assert "CPUUtilization" not in first  # there is no interval yet
    assert {one.dimensions for one in by_name.values()} == {
        (("ClusterName", "shop"), ("ServiceName", "orders"))
    }
    counts = ("RunningTaskCount", "PendingTaskCount", "DesiredTaskCount")
    assert [by_name[name].total for name in counts] == [1, 1, 3]
    used = by_name["MemoryUtilized"].total
    assert used > 40
    assert by_name["MemoryUtilization"].total == pytest.approx(used / 512 * 100, abs=0.01)
    assert by_name["CpuReserved"].total == 256
    assert 0 <= by_name["CPUUtilization"].total <= os.cpu_count() * 400


@pytest.mark.asyncio
async def test_a_service_that_is_off_on_this_machine_has_no_number_of_running_tasks():
    wanted = SimpleNamespace(cluster="cluster/shop", name="orders", limits=Limits(0), stopped=True)
    found = Measurements()

    await UsageMeter(found).measure([SimpleNamespace(wanted=wanted, tasks=[])])

    assert [(one.name, one.total) for one in found.take()] == [("DesiredTaskCount", 0)]


def test_a_task_without_a_size_has_that_of_its_containers():
    container = {"name": "a", "image": "i", "cpu": 100, "memory": 64}

    plan = parse_task_definition(
        {
            "taskDefinitionArn": "arn",
            "family": "orders",
            "containerDefinitions": [container, {**container, "name": "b"}],
        }
    )

    assert (plan.cpu_units, plan.memory_mib) == (200, 128)
