"""Values that are measured once a minute, and the rates of counters between two minutes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from localcloud.measurements import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.measurements import Measurements

SECONDS = "seconds"
"""Among the increases: the time between the samples."""


class Samples:
    """What one kind of resource is measured with."""

    def __init__(self) -> None:
        """Begin without samples."""
        self._minutes: WeakKeyDictionary[Measurements, int] = WeakKeyDictionary()
        self._counters: WeakKeyDictionary[Measurements, dict[str, dict[str, float]]] = (
            WeakKeyDictionary()
        )

    def due(self, measurements: Measurements) -> bool:
        """Return whether this minute has not been measured; it is then."""
        minute = int(time.time()) // MINUTE
        if self._minutes.get(measurements) == minute:
            return False
        self._minutes[measurements] = minute
        return True

    def increases(
        self, measurements: Measurements, resource: str, counters: Mapping[str, float]
    ) -> dict[str, float]:
        """Return by how much *counters* grew since the last sample of *resource*.

        Empty at the first sample. A counter that fell began anew, with its server.
        """
        now = {**counters, SECONDS: time.monotonic()}
        kept = self._counters.setdefault(measurements, {})
        before = kept.get(resource)
        kept[resource] = now
        if before is None:
            return {}
        return {
            name: value - before[name] if value >= before.get(name, value + 1) else value
            for name, value in now.items()
        }
