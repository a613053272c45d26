"""Step scaling: the adjustment for how far a metric is from the threshold of its alarm.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENT = 100


def adjusted(configuration: Mapping[str, Any], current: int, breach: float) -> int:
    """Return the capacity for a metric that is *breach* above (below: negative) its threshold.

    *configuration* is a `StepScalingPolicyConfiguration`. Without a step for *breach* the capacity
    stays.
    """
    step = next((one for one in configuration["StepAdjustments"] if _covers(one, breach)), None)
    if step is None:
        return current
    adjustment = step["ScalingAdjustment"]
    match configuration["AdjustmentType"]:
        case "ExactCapacity":
            return adjustment
        case "PercentChangeInCapacity":
            change = _rounded(current * adjustment / PERCENT)
            least = configuration.get("MinAdjustmentMagnitude") or 0
            if change and abs(change) < least:
                change = int(math.copysign(least, change))
        case _:
            change = adjustment
    return max(0, current + change)


def _covers(step: Mapping[str, Any], breach: float) -> bool:
    lower = step.get("MetricIntervalLowerBound", -math.inf)
    upper = step.get("MetricIntervalUpperBound", math.inf)
    if breach >= 0:
        return lower <= breach < upper
    return lower < breach <= upper


def _rounded(change: float) -> int:
    """Round towards zero, but to at least one task."""
    if 0 < abs(change) < 1:
        return int(math.copysign(1, change))
    return math.trunc(round(change, 9))
