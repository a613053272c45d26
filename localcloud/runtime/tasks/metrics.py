"""`AWS/ECS` and `ECS/ContainerInsights`: what the processes of services use, and their number.

Processor time and memory are those of all descendants of a task's processes, as a share of the
task's size.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from localcloud.measurements import Measurements
    from localcloud.runtime.tasks.service import ServiceRunner
    from localcloud.runtime.tasks.task import Task

_LOG = logging.getLogger(__name__)

USAGE, INSIGHTS = "AWS/ECS", "ECS/ContainerInsights"
EVERY_SECONDS = 10.0
UNITS_PER_CPU = 1024
MIB = 1024 * 1024


@dataclass(frozen=True)
class Used:
    """What the processes of a task have used."""

    cpu_seconds: float
    """Since they started, including children that have exited."""
    memory_bytes: int


class UsageMeter:
    """Measures tasks again and again; the first time has no processor time."""

    def __init__(self, measurements: Measurements = MEASUREMENTS) -> None:
        """Add to *measurements*."""
        self._measurements = measurements
        self._before: dict[str, tuple[float, float]] = {}

    async def run(self, runners: Callable[[], Sequence[ServiceRunner]]) -> None:
        """Measure the tasks of *runners* until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.measure(runners())
            except (psutil.Error, OSError):
                _LOG.exception("the tasks cannot be measured")

    async def measure(self, runners: Sequence[ServiceRunner]) -> None:
        """Add what the services of *runners* use and how many tasks they have."""
        running = {
            one.task.arn: one.task
            for runner in runners
            for one in runner.tasks
            if one.task.status == "RUNNING"
        }
        pids = {arn: _pids(task) for arn, task in running.items()}
        used = await asyncio.to_thread(used_by, pids)
        for runner in runners:
            tasks = [one.task for one in runner.tasks if not one.task.ended]
            self._count(runner, tasks)
            for task in tasks:
                if found := used.get(task.arn):
                    self._add_usage(_dimensions(runner), task, found)
        self._before = {arn: one for arn, one in self._before.items() if arn in running}

    def _count(self, runner: ServiceRunner, tasks: Sequence[Task]) -> None:
        """Add the numbers of tasks; of a service that is off on this machine only the desired one.

        A desired count of 0 without running tasks tells alarms that nothing was measured.
        """
        running = sum(task.status == "RUNNING" for task in tasks)
        found = {"DesiredTaskCount": runner.wanted.limits.desired}
        if not runner.wanted.stopped:
            found |= {"RunningTaskCount": running, "PendingTaskCount": len(tasks) - running}
        for name, value in found.items():
            self._add(INSIGHTS, name, value, "Count", _dimensions(runner))

    def _add_usage(self, dimensions: dict[str, str], task: Task, used: Used) -> None:
        plan, now = task.plan, time.monotonic()
        at, cpu_seconds = self._before.get(task.arn, (now, used.cpu_seconds))
        self._before[task.arn] = (now, used.cpu_seconds)
        if now > at and plan.cpu_units:
            units = max(0.0, used.cpu_seconds - cpu_seconds) / (now - at) * UNITS_PER_CPU
            share = units / plan.cpu_units * 100
            self._add(USAGE, "CPUUtilization", share, "Percent", dimensions)
            self._add(INSIGHTS, "CpuUtilized", units, "None", dimensions)
            self._add(INSIGHTS, "CpuReserved", plan.cpu_units, "None", dimensions)
        if plan.memory_mib:
            mebibytes = used.memory_bytes / MIB
            share = mebibytes / plan.memory_mib * 100
            self._add(USAGE, "MemoryUtilization", share, "Percent", dimensions)
            self._add(INSIGHTS, "MemoryUtilized", mebibytes, "Megabytes", dimensions)
            self._add(INSIGHTS, "MemoryReserved", plan.memory_mib, "Megabytes", dimensions)

    def _add(
        self, namespace: str, name: str, value: float, unit: str, dimensions: dict[str, str]
    ) -> None:
        rounded = round(float(value), 3)
        self._measurements.add(namespace, name, rounded, unit=unit, dimensions=dimensions)


def used_by(pids: dict[str, list[int]]) -> dict[str, Used]:
    """Return what the processes *pids* of each task and their descendants have used."""
    if not any(pids.values()):
        return {}
    children: defaultdict[int, list[psutil.Process]] = defaultdict(list)
    processes: dict[int, psutil.Process] = {}
    for process in psutil.process_iter(["ppid"]):
        children[process.info["ppid"]].append(process)
        processes[process.pid] = process
    found: dict[str, Used] = {}
    for arn, of_task in pids.items():
        roots = [processes[pid] for pid in of_task if pid in processes]
        found[arn] = _sum(_descendants(roots, children))
    return found


def _descendants(
    roots: Iterable[psutil.Process], children: dict[int, list[psutil.Process]]
) -> Iterator[psutil.Process]:
    waiting = list(roots)
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process.pid, [])


def _sum(processes: Iterable[psutil.Process]) -> Used:
    cpu_seconds, memory_bytes = 0.0, 0
    for process in processes:
        try:
            with process.oneshot():
                times = process.cpu_times()
                memory_bytes += process.memory_info().rss
        except psutil.Error:
            continue  # it exited
        cpu_seconds += times.user + times.system
        cpu_seconds += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return Used(cpu_seconds, memory_bytes)


def _pids(task: Task) -> list[int]:
    return [pid for one in task.containers.values() if (pid := one.pid) is not None]


def _dimensions(runner: ServiceRunner) -> dict[str, str]:
    cluster = runner.wanted.cluster.rpartition("/")[2]
    return {"ClusterName": cluster, "ServiceName": runner.wanted.name}
