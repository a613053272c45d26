"""The metrics of an entrance: its requests, its errors and how long responses take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

MILLISECONDS = 1000.0


@dataclass(frozen=True, kw_only=True)
class RequestMetrics:
    """Where CloudWatch counts the requests of an entrance."""

    namespace: str
    """Namespace of the metrics."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Dimensions of the metrics."""

    requests: str
    """Name of the metric of requests."""

    errors: str
    """Name of the metric of requests that the service failed."""

    latency: str
    """Name of the metric of response times."""

    unreachable: str | None = None
    """Name of the metric of requests that reached no target; default: there is none."""

    latency_in_seconds: bool = False
    """Whether response times are seconds; otherwise milliseconds."""

    def latency_threshold(self, milliseconds: float) -> float:
        """Return *milliseconds* in the unit of the response times."""
        return milliseconds / MILLISECONDS if self.latency_in_seconds else milliseconds
