"""The metrics of AWS that the local cloud knows: dimensions, unit, and when AWS reports them.

Alarms, scaling policies and dashboards of an environment name metrics of this table only, or
metrics of their own namespaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.metrics.catalogue import compute, entrances, messaging, other, stores
from localcloud.telemetry.metrics.catalogue.row import CataloguedMetric, When

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CATALOGUE", "CataloguedMetric", "When", "find", "unmeasured"]

CATALOGUE: tuple[CataloguedMetric, ...] = tuple(
    row for part in (entrances, compute, messaging, stores, other) for row in part.table()
)
"""All metrics of AWS that are known."""


def find(namespace: str, name: str, dimensions: Iterable[str]) -> CataloguedMetric | None:
    """Return the metric that AWS reports with exactly these *dimensions*; None if it does not."""
    wanted = tuple(sorted(dimensions))
    for one in CATALOGUE:
        sets = {tuple(sorted(names)) for names in one.dimension_sets}
        if (one.namespace, one.name) == (namespace, name) and wanted in sets:
            return one
    return None


def unmeasured(namespace: str, name: str, dimensions: Iterable[str]) -> str:
    """Return why the local cloud does not measure a metric; '' if it does, or does not know it."""
    found = find(namespace, name, dimensions)
    return found.not_local if found is not None else ""
