"""CloudWatch alarms that notify an SNS topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A CloudWatch metric alarm."""

    description: str
    """What is wrong and where to look first, for the engineer on call."""

    namespace: str
    """Namespace of the metric."""

    metric: str
    """Name of the metric."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Dimensions of the metric."""

    threshold: float
    """Value that the statistic is compared with."""

    statistic: str = "Sum"
    """Statistic over a period, or a percentile such as `p99`."""

    periods: int = 1
    """Consecutive periods that must breach the threshold."""

    period_seconds: int = 60
    """Length of a period in seconds."""

    comparison: str = "GreaterThanThreshold"
    """CloudWatch comparison operator."""

    missing_data: str = "notBreaching"
    """How missing data is treated."""

    runbook: str | None = None
    """URL of what to do, added to the description."""

    invoke: Sequence[pulumi.Input[str]] = ()
    """ARNs of functions that it invokes when it rings."""

    @property
    def text(self) -> str:
        """The description with the runbook."""
        return self.description if self.runbook is None else f"{self.description} - {self.runbook}"


def make_alarm(
    name: str,
    alarm: Alarm,
    topic_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.cloudwatch.MetricAlarm:
    """Define the alarm *name*; its ALARM and OK actions publish to *topic_arn*."""
    percentile = alarm.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=alarm.text,
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
        alarm_actions=[topic_arn, *alarm.invoke],
        ok_actions=[topic_arn],
        tags=tags,
        opts=opts,
    )
