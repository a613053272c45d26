"""Target tracking of DynamoDB: the capacity that a policy asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OUT_MINUTES, IN_MINUTES = 2, 15
"""Consecutive minutes of the two alarms of a policy."""
BELOW_PERCENT = 20
"""Percentage points below the target of the alarm that scales in."""


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """Limits of a scalable target, and the target of its policy."""

    minimum: int
    maximum: int
    target_percent: float
    scale_out: bool = True
    scale_in: bool = True


def wanted(current: int, consumed: Sequence[float], tracking: Tracking) -> int:
    """Return the capacity for *consumed*, the units of the last minutes, the newest first."""
    within = min(max(current, tracking.minimum), tracking.maximum)
    if within != current:
        return within
    percents = [units / 60 / current * 100 for units in consumed]
    out, low = percents[:OUT_MINUTES], percents[:IN_MINUTES]
    target = tracking.target_percent
    above = len(out) == OUT_MINUTES and min(out) > target
    below = len(low) == IN_MINUTES and max(low) < target - BELOW_PERCENT
    if (above and tracking.scale_out) or (below and tracking.scale_in):
        needed = math.ceil(round(max(out) / target * current, 6))
        return min(max(needed, tracking.minimum), tracking.maximum)
    return current
