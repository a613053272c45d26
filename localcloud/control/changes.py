"""The feed that tells workers and front door which services changed."""

from __future__ import annotations

import threading
import time


class Changes:
    """Versions of services: they only grow, over restarts too, since they come from the clock."""

    def __init__(self) -> None:
        """Begin at now: a reader who knew an earlier version is told everything once."""
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
        """Answer everyone who waits."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def since(self, version: int, timeout: float, every: list[str]) -> tuple[int, list[str]]:
        """Return the present version and the services changed after *version*, waiting for one.

        A reader from before this process began is told *every* service.
        """
        with self._condition:
            if version < self._start:
                return self._version, sorted({*every, *self._services})
            self._condition.wait_for(lambda: self._closed or self._version > version, timeout)
            newer = [name for name, at in self._services.items() if at > version]
            return self._version, sorted(newer)
