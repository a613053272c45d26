"""The change feed, from which workers and front door learn which services changed."""

from __future__ import annotations

import threading
import time


class Changes:
    """Version numbers of services; taken from the clock, they also increase across restarts."""

    def __init__(self) -> None:
        """Start at the current time: a reader with an earlier version gets every service once."""
        self._condition = threading.Condition()
        self._start = self._version = time.time_ns() // 1000
        self._services: dict[str, int] = {}
        self._closed = False

    def changed(self, service: str) -> None:
        """Record a change to *service*."""
        with self._condition:
            self._version = max(self._version + 1, time.time_ns() // 1000)
            self._services[service] = self._version
            self._condition.notify_all()

    def close(self) -> None:
        """End every waiting call."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def since(self, version: int, timeout: float, every: list[str]) -> tuple[int, list[str]]:
        """Wait for a change after *version*; return the current version and the changed services.

        A *version* from before the start of this process returns *every* service.
        """
        with self._condition:
            if version < self._start:
                return self._version, sorted({*every, *self._services})
            self._condition.wait_for(lambda: self._closed or self._version > version, timeout)
            newer = [name for name, at in self._services.items() if at > version]
            return self._version, sorted(newer)
