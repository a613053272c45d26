"""A metric of its own on which a service scales."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OwnMetric:
    """Target value of a metric in the service's namespace."""

    name: str
    """Name of the metric."""

    per_task: float
    """Total of a minute for each task that runs."""
