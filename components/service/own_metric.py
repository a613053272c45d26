"""A metric of its own on which a service scales."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.compute.scaling import MetricTarget

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class OwnMetric:
    """Target value of a metric in the service's namespace."""

    name: str
    """Name of the metric."""

    per_task: float
    """Total of a minute for each task that runs."""

    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Dimensions of the metric: `service` if code counts it, none if it is counted in logs."""

    missing_is_zero: bool = False
    """A minute without a value counts as 0, as for a number of log lines."""

    def target(self, namespace: str) -> MetricTarget:
        """Return the target tracking of the metric in *namespace*."""
        return MetricTarget(
            namespace=namespace,
            metric=self.name,
            dimensions=self.dimensions,
            per_task=self.per_task,
            missing_is_zero=self.missing_is_zero,
        )
