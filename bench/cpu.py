"""CPU time of a run of the engine, by part: the run's processes, and those of the local cloud."""

from __future__ import annotations

import json
import resource
import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.layout import Layout

PARTS = {
    "pulumi.policy": "policies",
    "pulumi-language-python": "program",
    "localcloud.engine.language": "program",
    "guest/program.py": "program",
    "localcloud.control": "provider",
}
"""Words of a command line -> part; a process without any belongs to the part of its parent."""

ENGINE, REST = "engine", "rest"
ORDER = ("program", ENGINE, "provider", "policies", REST)
SAMPLE_SECONDS = 0.05


@contextmanager
def measured(layout: Layout) -> Iterator[dict[str, float]]:
    """Yield the CPU seconds of each part, which are complete after the block.

    The sum is that of the operating system: what no sample saw, at the end of a process, is in
    the part `rest`, like the local cloud's processes beside the control plane.
    """
    spent: dict[str, float] = {}
    samples = _Samples(_cloud(layout))
    before, waited = _cloud_seconds(layout), _waited_seconds()
    with samples:
        yield spent
    spent |= dict.fromkeys(ORDER, 0.0) | samples.parts()
    spent[REST] += max(0.0, _waited_seconds() - waited - sum(samples.parts().values()))
    for part, seconds in _cloud_seconds(layout).items():
        spent[part] += seconds - before.get(part, 0.0)


class _Samples:
    """Samples the descendants of this process in a thread, without those of the local cloud."""

    def __init__(self, cloud: list[psutil.Process]) -> None:
        self._own = psutil.Process()
        self._not_of_the_run = {process.pid for process in cloud}
        self._found: dict[psutil.Process, tuple[str, float]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def parts(self) -> dict[str, float]:
        """Return the seconds of each part."""
        found: dict[str, float] = defaultdict(float)
        for part, seconds in self._found.values():
            found[part] += seconds
        return found

    def _run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            children: dict[int, str] = {self._own.pid: ENGINE}
            for process in self._own.children(recursive=True):
                if process.pid not in self._not_of_the_run:
                    self._sample(process, children)

    def _sample(self, process: psutil.Process, parts: dict[int, str]) -> None:
        try:
            times = process.cpu_times()
            part = _part(process, parts.get(process.ppid(), ENGINE))
        except psutil.Error:
            return
        if not part:  # a zombie
            part = self._found.get(process, (REST, 0.0))[0]
        parts[process.pid] = part
        self._found[process] = (part, times.user + times.system)


def _part(process: psutil.Process, parent: str) -> str:
    """Return the part of *process*, "" if it has ended."""
    command = " ".join(process.cmdline())
    if not command:
        return ""
    return next((part for words, part in PARTS.items() if words in command), parent)


def _cloud(layout: Layout) -> list[psutil.Process]:
    running = json.loads((layout.run / "supervisor.json").read_text())
    supervisor = psutil.Process(running["pid"])
    return [supervisor, *supervisor.children(recursive=True)]


def _cloud_seconds(layout: Layout) -> dict[str, float]:
    """Return the seconds of each part of the local cloud, with those of its ended children."""
    found: dict[str, float] = defaultdict(float)
    parts: dict[int, str] = {}
    for process in _cloud(layout):
        try:
            times = process.cpu_times()
            part = parts[process.pid] = _part(process, parts.get(process.ppid(), REST)) or REST
        except psutil.Error:
            continue
        found[part] += sum(times[:4])
    return found


def _waited_seconds() -> float:
    times = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times.ru_utime + times.ru_stime
