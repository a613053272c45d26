"""Metrics in CloudWatch's embedded metric format (EMF)."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

from kit import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "Bulkhead/local"
"""Namespace where METRICS_NAMESPACE is not set."""


DECLARED = "METRICS"
"""Variable with the names in `metrics` of service.yaml, joined by commas."""


class UndeclaredMetricError(LookupError):
    """Raised for a metric that service.yaml does not declare: nothing could watch it."""


def count(name: str, value: float = 1, *, unit: str = "Count") -> None:
    """Log a value of the metric *name*, with the service as its dimension.

    Raises UndeclaredMetricError.
    """
    if not is_declared(name):
        raise UndeclaredMetricError(
            f"the metric {name!r} is not declared: add 'metrics: {{{name}: {{unit: ...}}}}' to"
            " service.yaml"
        )
    emit({name: (value, unit)})


def is_declared(name: str) -> bool:
    """Say whether service.yaml declares the metric *name*; all are where METRICS is not set."""
    declared = os.environ.get(DECLARED)
    return declared is None or name in declared.split(",")


def emit(
    values: Mapping[str, tuple[float, str]],
    properties: Mapping[str, object] | None = None,
    **dimensions: str,
) -> None:
    """Log values with their units by metric, with the service and *dimensions*.

    *properties* are fields of the log line that are no dimensions.
    """
    of = {"service": settings.text("SERVICE_NAME", "unknown"), **dimensions}
    directive = {
        "Namespace": settings.text("METRICS_NAMESPACE", NAMESPACE),
        "Dimensions": [list(of)],
        "Metrics": [{"Name": name, "Unit": unit} for name, (_, unit) in values.items()],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        **(properties or {}),
        **of,
        **{name: value for name, (value, _) in values.items()},
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
