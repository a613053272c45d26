"""Parameters that several operations on metrics share."""

from __future__ import annotations

from typing import Any

from localcloud.measurements import MINUTE
from localcloud.telemetry.metrics.values import InvalidMetricError, checked_dimensions
from localcloud.telemetry.operations import OperationError


def invalid(message: str) -> OperationError:
    """Return the error of a parameter's value."""
    return OperationError("InvalidParameterValue", message)


def named_dimensions(given: list[dict[str, Any]] | None) -> dict[str, str]:
    """Return dimensions by name; raises InvalidMetricError."""
    pairs = given or []
    found = checked_dimensions({one["Name"]: one["Value"] for one in pairs})
    if len(found) < len(pairs):
        raise InvalidMetricError("a dimension is given twice")
    return found


def check_period(period: int) -> None:
    """Raise OperationError unless minutes add up to *period*."""
    if period < MINUTE or period % MINUTE:
        raise invalid(
            f"Period={period} is refused: the local cloud keeps minutes, use 60, 120, ..."
        )
