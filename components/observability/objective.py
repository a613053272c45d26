"""The alarms on an objective: burn rates of the error budget, total failure and slow minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.alarm_kinds import AlarmKind
from components.alarms import (
    Alarm,
    AllOf,
    MathAlarm,
    make_alarm,
    make_composite_alarm,
    make_math_alarm,
)
from components.args import as_inputs
from components.objectives import DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting
    from components.objectives import Objectives
    from components.request_metrics import RequestMetrics

MINUTE, HOUR = 60, 3600
MIN_REQUESTS = 20
"""Requests of a window below which a burn rate says nothing."""
MIN_FAILED = 3
FAILED_SECONDS = 10 * MINUTE
LATENCY_MINUTES, SLOW_MINUTES = 60, 9
"""Minutes of an hour with a slow p99: more than 14.4 times the one of a hundred that may be."""


@dataclass(frozen=True, kw_only=True)
class BurnRate:
    """Two windows in which the error budget is spent too fast."""

    role: str
    """Suffix of the alarms' names."""

    kind: AlarmKind
    """Kind of the composite alarm."""

    factor: float
    """Multiple of the rate at which the budget lasts 30 days."""

    windows: Mapping[str, int]
    """Seconds of the windows by name, the long one first."""


BURN_RATES = (
    BurnRate(
        role="burn-fast",
        kind=AlarmKind.ERROR_BUDGET_FAST,
        factor=14.4,
        windows={"1h": HOUR, "5m": 5 * MINUTE},
    ),
    BurnRate(
        role="burn-slow",
        kind=AlarmKind.ERROR_BUDGET_SLOW,
        factor=6.0,
        windows={"6h": 6 * HOUR, "30m": 30 * MINUTE},
    ),
)


@dataclass(frozen=True, kw_only=True)
class ObjectiveArgs:
    """What an entrance promises, and where its requests are counted."""

    metrics: RequestMetrics
    """Metrics of the entrance."""

    objectives: Objectives
    """What it promises."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class Objective(pulumi.ComponentResource):
    """The alarms on what an entrance promises."""

    def __init__(
        self, name: str, args: ObjectiveArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the alarms of the entrance *name*."""
        super().__init__("bulkhead:observability:Objective", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        for pair in BURN_RATES:
            windows = [
                make_math_alarm(
                    f"{name}-{pair.role}-{window}",
                    _window(name, pair, window, args),
                    args.alarms,
                    child,
                    args.tags,
                )
                for window in pair.windows
            ]
            both = " and ".join(pair.windows)
            make_composite_alarm(
                f"{name}-{pair.role}",
                AllOf(
                    kind=pair.kind,
                    description=(
                        f"{name} fails requests {pair.factor:g} times as fast as its objective of"
                        f" {args.objectives.availability_percent:g} % allows, over {both}"
                    ),
                    alarms=windows,
                ),
                args.alarms,
                child,
                args.tags,
            )
        make_math_alarm(
            f"{name}-all-failed", _all_failed(name, args), args.alarms, child, args.tags
        )
        if args.objectives.p99_ms is not None:
            # It was a child of the component that has the entrance.
            above = opts.parent if opts is not None else None
            make_alarm(
                f"{name}-slow",
                _slow(name, args.objectives.p99_ms, args),
                args.alarms,
                pulumi.ResourceOptions(
                    parent=self, aliases=[pulumi.Alias(parent=above)] if above else None
                ),
                args.tags,
            )
        self.register_outputs({})


def burn_expression(objectives: Objectives) -> str:
    """Return metric math: the rate at which `errors` of `total` spend the budget."""
    budget = f"{objectives.budget_percent:.{DIGITS}f}".rstrip("0").rstrip(".")
    return f"IF(total >= {MIN_REQUESTS}, 100 * FILL(errors, 0) / total / {budget}, 0)"


def _window(name: str, pair: BurnRate, window: str, args: ObjectiveArgs) -> MathAlarm:
    return MathAlarm(
        kind=pair.kind,
        description=f"{name} spent its error budget too fast over {window}, read by a composite",
        expression=burn_expression(args.objectives),
        metrics={"total": args.metrics.requests, "errors": args.metrics.errors},
        namespace=args.metrics.namespace,
        dimensions=args.metrics.dimensions,
        threshold=args.objectives.burn_rate(pair.factor),
        period_seconds=pair.windows[window],
        silent=True,
    )


def _all_failed(name: str, args: ObjectiveArgs) -> MathAlarm:
    metrics = {"total": args.metrics.requests, "errors": args.metrics.errors}
    failed = "FILL(errors, 0)"
    if args.metrics.unreachable is not None:
        metrics["unreachable"] = args.metrics.unreachable
        failed += " + FILL(unreachable, 0)"
    return MathAlarm(
        kind=AlarmKind.EVERY_REQUEST_FAILS,
        description=f"Every request to {name} failed in ten minutes",
        expression=f"IF(total >= {MIN_FAILED}, 100 * ({failed}) / total, 0)",
        metrics=metrics,
        namespace=args.metrics.namespace,
        dimensions=args.metrics.dimensions,
        threshold=100,
        period_seconds=FAILED_SECONDS,
    )


def _slow(name: str, p99_ms: int, args: ObjectiveArgs) -> Alarm:
    return Alarm(
        kind=AlarmKind.SLOW_RESPONSES,
        description=(
            f"{name} answered more slowly than its p99 of {p99_ms} ms in {SLOW_MINUTES} of"
            f" {LATENCY_MINUTES} minutes"
        ),
        namespace=args.metrics.namespace,
        metric=args.metrics.latency,
        dimensions=args.metrics.dimensions,
        threshold=args.metrics.latency_threshold(p99_ms),
        statistic="p99",
        periods=LATENCY_MINUTES,
        breaching_periods=SLOW_MINUTES,
    )
