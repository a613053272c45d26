"""What this process counted, for tests of what counts."""

from __future__ import annotations

from localcloud.measurements import MEASUREMENTS

Key = tuple[str, tuple[str, ...]]


def measured(namespace: str) -> dict[Key, tuple[float, float]]:
    """Return count and sum by name and dimension values, and forget what was counted."""
    found: dict[Key, tuple[float, float]] = {}
    for one in MEASUREMENTS.take():
        if one.namespace == namespace:
            key = one.name, tuple(value for _, value in one.dimensions)
            count, total = found.get(key, (0, 0))
            found[key] = count + one.count, total + one.total
    return found
