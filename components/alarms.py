"""Alarms that always tell somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """When a metric means trouble."""

    description: str
    """What is wrong, and where to look first, for the person who is woken."""

    namespace: str
    """Where CloudWatch keeps the metric."""

    metric: str
    """The metric's name."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Whose metric it is."""

    threshold: float
    """The value that is too much."""

    statistic: str = "Sum"
    """How a period's values become one; a percentile such as `p99` is accepted."""

    periods: int = 1
    """How many periods in a row must be bad."""

    period_seconds: int = 60
    """How long one period is."""

    comparison: str = "GreaterThanThreshold"
    """Which side of the threshold is bad."""

    missing_data: str = "notBreaching"
    """What a period without data counts as."""


def make_alarm(
    name: str,
    alarm: Alarm,
    topic_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.cloudwatch.MetricAlarm:
    """Define the alarm *name*, which reports to *topic_arn* when it starts and when it ends."""
    percentile = alarm.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=alarm.description,
        namespace=alarm.namespace,
        metric_name=alarm.metric,
        dimensions=dict(alarm.dimensions),
        threshold=alarm.threshold,
        statistic=None if percentile else alarm.statistic,
        extended_statistic=alarm.statistic if percentile else None,
        evaluation_periods=alarm.periods,
        period=alarm.period_seconds,
        comparison_operator=alarm.comparison,
        treat_missing_data=alarm.missing_data,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        tags=tags,
        opts=opts,
    )
