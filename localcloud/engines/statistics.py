"""What a server reports about itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Counters since the start of a server, and its state."""

    connections: int
    """Clients, without the one that asks."""
    processor_seconds: float
    """Processor time of its processes, or of the thread that executes commands."""
    hits: int = 0
    misses: int = 0
    evictions: int = 0
    used_bytes: int = 0
    """Memory of a cache's items."""
    max_bytes: int = 0
    """Memory beyond which a cache evicts."""


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and its descendants. Raises psutil.Error."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        with suppress(psutil.Error):  # it ended: its parent has its time
            times = child.cpu_times()
            total += times.user + times.system
    return total
