"""Finds the process at the other end of a connection to 127.0.0.1.

An update holds a stack as long as the process that started it lives: after a kill the next update
does not have to wait until a lease expires.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

import psutil

ENGINE = "pulumi"


@dataclass(frozen=True)
class Process:
    """A process; its start time tells it from a later one with the same id."""

    pid: int
    started: float

    @classmethod
    def current(cls) -> Process:
        """Return this process."""
        return cls(os.getpid(), psutil.Process().create_time())

    def is_alive(self) -> bool:
        """Say whether it still runs."""
        try:
            found = psutil.Process(self.pid)
            return found.create_time() == self.started and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def of_connection(port: int) -> Process | None:
    """Return the engine whose local port is *port*; None if none is found."""
    for one in psutil.process_iter(["name"]):
        if ENGINE not in (one.info["name"] or ""):
            continue
        with contextlib.suppress(psutil.Error):
            if any(each.laddr and each.laddr.port == port for each in one.net_connections("inet")):
                return Process(one.pid, one.create_time())
    return None
