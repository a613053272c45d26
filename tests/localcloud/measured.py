"""What this process counted, for tests of what counts."""

from __future__ import annotations

from localcloud.measurements import MEASUREMENTS
from localcloud.telemetry.metrics.catalogue import When, find

Key = tuple[str, tuple[str, ...]]


def measured(namespace: str) -> dict[Key, tuple[float, float]]:
    """Return count and sum by name and dimension values, and forget what was counted.

    What was counted must be a metric of the table, in its unit, and only when AWS reports it.
    """
    found: dict[Key, tuple[float, float]] = {}
    for one in MEASUREMENTS.take():
        if one.namespace == namespace:
            assert_of_the_table(one, min(one.values))
            key = one.name, tuple(value for _, value in one.dimensions)
            count, total = found.get(key, (0, 0))
            found[key] = count + one.count, total + one.total
    return found


def assert_of_the_table(one, minimum: float) -> None:
    """Fail if a metric with namespace, name, dimensions and unit is not as the table says."""
    row = find(one.namespace, one.name, dict(one.dimensions))
    assert row is not None, f"{one.namespace} {one.name} {one.dimensions} is not in the table"
    assert not row.not_local, f"{one.name} is measured: {row.not_local}"
    assert one.unit == row.unit, one.name
    assert row.when != When.NONZERO or minimum > 0, f"{one.name} is reported above zero only"
