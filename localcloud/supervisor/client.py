"""Start, stop and query the supervisor of an environment from another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from filelock import FileLock, Timeout

from localcloud import ports
from localcloud.layout import ROOT
from localcloud.supervisor.children import CHILDREN
from localcloud.supervisor.code import digest
from localcloud.supervisor.process import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.layout import Layout

START_SECONDS = 60.0
STOP_SECONDS = 60.0
PORT_SECONDS = 5.0
POLL_SECONDS = 0.05
LOG_LINES = 5


class SupervisorError(RuntimeError):
    """Raised when the local cloud does not start or stop; the message has the last log lines."""


def lock(layout: Layout) -> FileLock:
    """Return the lock that the daemon of *layout* holds while it runs."""
    layout.run.mkdir(parents=True, exist_ok=True)
    return FileLock(layout.run / "supervisor.lock")


def is_running(layout: Layout) -> bool:
    """Say whether a daemon holds the lock."""
    try:
        with lock(layout).acquire(timeout=0):
            return False
    except Timeout:
        return True


def start(layout: Layout, progress: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Start the local cloud unless it is running, wait until it is ready, and return its `status`.

    One that runs with other code than the present is restarted. Raises SupervisorError.
    """
    if is_running(layout) and _has_other_code(layout):
        progress("its code has changed: restarting")
        stop(layout)
    if not is_running(layout):
        _stop_daemons(daemons(layout))
        kill_orphans(layout)
        _wait_for_ports(layout)
        _spawn(layout)
    return _wait_until_ready(layout, progress)


def stop(layout: Layout) -> bool:
    """Stop every process and keep the data; return False if none was running."""
    if not is_running(layout):
        without_folder = daemons(layout)
        _stop_daemons(without_folder)
        return kill_orphans(layout) or bool(without_folder)
    found = status(layout)
    if found is None:
        raise SupervisorError(
            f"the supervisor of {layout.run} has not written its state yet: try again"
        )
    supervisor = psutil.Process(found["pid"])
    supervisor.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while is_running(layout) or _is_alive(supervisor):  # it releases the lock before it exits
        if time.monotonic() > deadline:
            raise SupervisorError(
                f"the supervisor (process {found['pid']}) did not stop within {STOP_SECONDS:.0f} s:"
                f"\n{_tail(layout.logs / 'supervisor.log')}"
            )
        time.sleep(POLL_SECONDS)
    _DAEMONS[:] = [one for one in _DAEMONS if one.poll() is None]
    return True


def status(layout: Layout) -> dict[str, Any] | None:
    """Return the state that the daemon wrote, None if there is none."""
    try:
        return json.loads((layout.run / "supervisor.json").read_text())
    except FileNotFoundError:
        return None


def _has_other_code(layout: Layout) -> bool:
    found = status(layout)
    return found is not None and found.get("code") != digest()


def daemons(layout: Layout) -> list[psutil.Process]:
    """Return the daemons of *layout*, by their command lines: its folder may have been deleted."""
    wanted = _command(layout)[1:]
    found = psutil.process_iter(["cmdline"])
    return [one for one in found if (one.info["cmdline"] or [])[1:] == wanted]


def _stop_daemons(found: list[psutil.Process]) -> None:
    """Stop daemons that do not hold the lock; each stops its processes."""
    for one in found:
        one.terminate()
    _, stubborn = psutil.wait_procs(found, timeout=STOP_SECONDS)
    for one in stubborn:
        one.kill()


def kill_orphans(layout: Layout) -> bool:
    """Stop processes that a killed daemon left running; return whether there were any."""
    found = status(layout)
    if found is None:
        return False
    left = [
        process for one in found["processes"] if (process := _recorded_process(one)) is not None
    ]
    for process in left:
        process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=10)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    (layout.run / "supervisor.json").unlink(missing_ok=True)
    return bool(left)


def _is_alive(process: psutil.Process) -> bool:
    """Say whether *process* is running and not a zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _recorded_process(one: dict[str, Any]) -> psutil.Process | None:
    """Return the recorded process, None if it exited; its id may belong to another by now."""
    try:
        process = psutil.Process(one["pid"]) if one["pid"] else None
        return process if process and process.create_time() == one["started"] else None
    except psutil.NoSuchProcess:
        return None


_DAEMONS: list[subprocess.Popen[bytes]] = []
"""Daemons that this process started; a reference avoids the ResourceWarning of Popen."""


def _command(layout: Layout) -> list[str]:
    return [sys.executable, "-m", "localcloud.supervisor", "run", "--home", str(layout.home)]


def _spawn(layout: Layout) -> None:
    layout.logs.mkdir(parents=True, exist_ok=True)
    with (layout.logs / "supervisor.log").open("ab") as log:
        daemon = subprocess.Popen(
            _command(layout),
            env=os.environ | {"BULKHEAD_HOME": str(layout.home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=ROOT,
        )
    _DAEMONS.append(daemon)


def _wait_until_ready(layout: Layout, progress: Callable[[str], None]) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    said: set[str] = set()
    while True:
        found = status(layout) if is_running(layout) else None
        processes = found["processes"] if found else []
        for one in processes:
            if one["state"] == State.READY and one["name"] not in said:
                said.add(one["name"])
                progress(f"{one['name']} is ready")
            if one["state"] == State.FAILED:
                stop(layout)
                raise SupervisorError(f"{one['name']} failed to start:\n{_tail_of(one)}")
        all_ready = all(one["state"] == State.READY for one in processes)
        if found and all_ready and said.issuperset(CHILDREN):
            return found
        if time.monotonic() > deadline:
            waiting = [one for one in processes if one["state"] != State.READY]
            logs = "\n".join(
                f"{one['name']} is {one['state']}:\n{_tail_of(one)}" for one in waiting
            )
            raise SupervisorError(
                f"the local cloud is not ready after {START_SECONDS:.0f} s\n"
                + (logs or _tail(layout.logs / "supervisor.log"))
            )
        time.sleep(POLL_SECONDS)


def _wait_for_ports(layout: Layout) -> None:
    """Wait for processes of a killed daemon to exit; raise if another program uses a port."""
    deadline = time.monotonic() + PORT_SECONDS
    while taken := ports.taken(layout):
        if time.monotonic() > deadline:
            lines = "\n".join(
                f"  port {port} on {ports.HOST}, assigned to {name}, is in use by {_listener(port)}"
                for name, port in sorted(taken.items())
            )
            raise SupervisorError(
                f"the local cloud cannot start:\n{lines}\nStop that program and try again."
            )
        time.sleep(POLL_SECONDS)


def _listener(port: int) -> str:
    """Return name and id of the process that listens on *port*, if the system allows it."""
    try:
        for one in psutil.net_connections("tcp"):
            listens = one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port
            if listens and one.pid:
                return f"{psutil.Process(one.pid).name()} (process {one.pid})"
    except psutil.Error:
        pass
    return "another program"


def _tail_of(one: dict[str, Any]) -> str:
    return _tail(Path(one["log"]))


def _tail(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    except FileNotFoundError:
        lines = []
    return "\n".join(f"  {line}" for line in [*lines, f"(the whole log: {log})"])
