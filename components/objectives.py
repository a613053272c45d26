"""Service level objectives, and the arithmetic of their error budgets."""

from __future__ import annotations

from dataclasses import dataclass

from components.args import InvalidArgError

MIN_AVAILABILITY, MAX_AVAILABILITY = 90.0, 99.999
DIGITS = 6
WORST_PERCENT = 90.0
"""Percentage of failing requests that breaches every threshold, whatever the budget."""


@dataclass(frozen=True, kw_only=True)
class Objectives:
    """What an entrance promises."""

    availability_percent: float = 99.5
    """Percentage of requests that the service must not fail."""

    p99_ms: int | None = None
    """p99 response time in milliseconds that it keeps in 99 of 100 minutes; default: none."""

    def __post_init__(self) -> None:
        """Reject objectives that no alarm can watch."""
        if not MIN_AVAILABILITY <= self.availability_percent <= MAX_AVAILABILITY:
            want = (
                f"use {MIN_AVAILABILITY:g} to {MAX_AVAILABILITY:g}: without an error budget the"
                " first error, and any deployment, breaks the promise"
            )
            raise InvalidArgError("availability_percent", self.availability_percent, want)
        if self.p99_ms is not None and self.p99_ms < 1:
            raise InvalidArgError("p99_ms", self.p99_ms, "use 1 or more, or leave it out")

    @property
    def budget_percent(self) -> float:
        """Percentage of requests that may fail: the error budget."""
        return round(100 - self.availability_percent, DIGITS)

    def burn_rate(self, factor: float) -> float:
        """Return *factor*, lowered for budgets so large that no outage could reach it."""
        return round(min(factor, WORST_PERCENT / self.budget_percent), DIGITS)
