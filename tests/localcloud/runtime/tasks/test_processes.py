"""What is promised about processes when the one that started them dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil

from localcloud.layout import Layout
from localcloud.runtime.tasks import exec_with_parent
from localcloud.runtime.tasks.process_registry import ProcessRegistry

PARENT = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, {exec_with_parent.__file__!r}, str(os.getpid()),
                          sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def gone(pid):
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_task_dies_with_a_parent_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
        parent.wait()

    assert gone(pid)


def test_a_program_that_cannot_start_is_named():
    command = [sys.executable, exec_with_parent.__file__, str(os.getpid()), "no-such-program"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (
        127,
        "cannot start no-such-program: No such file or directory\n",
    )


def test_leftovers_of_an_earlier_life_are_ended_with_all_they_started(tmp_path):
    registry = ProcessRegistry(Layout(tmp_path))
    code = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time;"
    code += " time.sleep(60)']); print(p.pid, flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    ) as leader:
        grandchild = int(leader.stdout.readline())
        registry.add(leader.pid, "task")
        os.kill(leader.pid, signal.SIGKILL)
        leader.wait()

        ended = registry.kill_orphans()

    assert ended == 1
    assert gone(grandchild)
    assert list((tmp_path / "run" / "tasks").iterdir()) == []


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path):
    registry = ProcessRegistry(Layout(tmp_path))
    folder = tmp_path / "run" / "tasks"
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as other:
        folder.mkdir(parents=True)
        (folder / "1.json").write_text(f'{{"pid": {other.pid}, "created": 1.0, "task": "x"}}')

        ended = registry.kill_orphans()
        alive = other.poll() is None
        other.communicate(b"\n")

    assert (ended, alive) == (0, True)
