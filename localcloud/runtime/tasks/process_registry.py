"""Records the processes of tasks on disk, so that the next start can kill orphans."""

from __future__ import annotations

import json
import logging
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout

_LOG = logging.getLogger(__name__)

SAME_START_SECONDS = 1.0


class ProcessRegistry:
    """One file per process; each process is the leader of a session."""

    def __init__(self, layout: Layout) -> None:
        """Write the files below the layout's run folder."""
        self._folder = layout.run / "tasks"

    def add(self, pid: int, task: str) -> None:
        """Record the process *pid*."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with suppress(psutil.NoSuchProcess):
            created = psutil.Process(pid).create_time()
            content = {"pid": pid, "created": created, "task": task}
            path = self._path(pid)
            temporary = path.with_suffix(".tmp")
            temporary.write_text(json.dumps(content))
            temporary.replace(path)

    def remove(self, pid: int) -> None:
        """Remove the process *pid*, which has exited."""
        self._path(pid).unlink(missing_ok=True)

    def kill_orphans(self) -> int:
        """Kill the processes of a previous run; return their number."""
        killed = 0
        for path in self._folder.glob("*.json"):
            with suppress(ValueError, KeyError):
                content = json.loads(path.read_text())
                killed += _kill_session(int(content["pid"]), float(content["created"]))
            path.unlink(missing_ok=True)
        if killed:
            _LOG.warning("killed %d processes of a previous run", killed)
        return killed

    def _path(self, pid: int) -> Path:
        return self._folder / f"{pid}.json"


def _kill_session(leader: int, created: float) -> int:
    """Kill the processes of the session of *leader*, unless its PID has been reused."""
    with suppress(psutil.NoSuchProcess):
        if abs(psutil.Process(leader).create_time() - created) > SAME_START_SECONDS:
            return 0
    ended = 0
    for pid in psutil.pids():
        with suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            if os.getsid(pid) == leader and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                os.kill(pid, signal.SIGKILL)
                ended += 1
    return ended
