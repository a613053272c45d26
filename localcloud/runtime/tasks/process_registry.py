"""The processes that were started for tasks, so that the next start can end what is left."""

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
    """One small file for each process; each process leads a session of its own."""

    def __init__(self, layout: Layout) -> None:
        """Keep the files below the layout's run folder."""
        self._folder = layout.run / "tasks"

    def add(self, pid: int, task: str) -> None:
        """Remember the process *pid*."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with suppress(psutil.NoSuchProcess):
            created = psutil.Process(pid).create_time()
            content = {"pid": pid, "created": created, "task": task}
            path = self._path(pid)
            temporary = path.with_suffix(".tmp")
            temporary.write_text(json.dumps(content))
            temporary.replace(path)

    def remove(self, pid: int) -> None:
        """Forget the process *pid*, which has ended."""
        self._path(pid).unlink(missing_ok=True)

    def kill_orphans(self) -> int:
        """Kill what an earlier life left behind; return how many processes that were."""
        ended = 0
        for path in self._folder.glob("*.json"):
            with suppress(ValueError, KeyError):
                content = json.loads(path.read_text())
                ended += _kill_session(int(content["pid"]), float(content["created"]))
            path.unlink(missing_ok=True)
        if ended:
            _LOG.warning("ended %d processes that an earlier life had left behind", ended)
        return ended

    def _path(self, pid: int) -> Path:
        return self._folder / f"{pid}.json"


def _kill_session(leader: int, created: float) -> int:
    """Kill the processes of the session of *leader*, unless its number is another's by now."""
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
