"""Parts of a command that run concurrently."""

import subprocess
import sys
import threading
import time

import psutil
import pytest

from ops import concurrent


class Sleeper:
    """A part that waits for a process, and starts it again when it is ended."""

    def __init__(self, starts=2):
        self.starts = starts
        self.running = threading.Event()
        self.processes = []

    def __call__(self):
        for _ in range(self.starts):
            command = [sys.executable, "-c", "import time; time.sleep(60)"]
            with subprocess.Popen(command) as process:
                self.processes.append(process)
                self.running.set()
                process.wait()


def test_parts_run_concurrently_and_return_their_results():
    both = threading.Barrier(2)

    parts = [
        concurrent.start(lambda number=number: both.wait(5) >= 0 and number) for number in (1, 2)
    ]
    concurrent.finish(parts)

    assert [part.result() for part in parts] == [1, 2]


def test_a_failed_part_ends_the_processes_of_the_others():
    sleeper = Sleeper()

    def fail():
        assert sleeper.running.wait(5)
        raise ValueError("the disk is full")

    began = time.monotonic()
    with pytest.raises(ValueError, match="the disk is full"):
        concurrent.finish([concurrent.start(sleeper), concurrent.start(fail)])

    assert time.monotonic() - began < 5
    assert len(sleeper.processes) == 2
    assert all(process.poll() is not None for process in sleeper.processes)


def test_an_interrupt_ends_the_processes_except_those_to_keep(monkeypatch):
    sleeper, kept = Sleeper(), Sleeper(starts=1)
    parts = [concurrent.start(sleeper)]
    keeping = concurrent.start(kept)

    def interrupted(_parts):
        assert sleeper.running.wait(5)
        assert kept.running.wait(5)
        raise KeyboardInterrupt

    monkeypatch.setattr(concurrent, "as_completed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        concurrent.finish(parts, keep=lambda: [psutil.Process(kept.processes[0].pid)])

    assert all(process.poll() is not None for process in sleeper.processes)
    assert not keeping.done()
    kept.processes[0].terminate()
    keeping.result(5)
