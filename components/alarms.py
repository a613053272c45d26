"""CloudWatch alarms that notify one of two SNS topics, each with a runbook in its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarm_kinds import AlarmKind

RUNBOOKS = "docs/runbooks.md"


@dataclass(frozen=True, kw_only=True)
class AlarmRouting:
    """Topics that alarms notify, and where their runbooks are."""

    page_topic_arn: pulumi.Input[str]
    """SNS topic of alarms that must wake somebody."""

    ticket_topic_arn: pulumi.Input[str]
    """SNS topic of alarms that can wait for the morning."""

    runbooks: str = RUNBOOKS
    """URL of the published docs/runbooks.md; default: its path in the repository."""

    runbook: str | None = None
    """URL of the runbook of all alarms; default: the section of `runbooks` on each kind."""

    def topic_arn(self, kind: AlarmKind) -> pulumi.Input[str]:
        """Return the topic of alarms of a kind."""
        return self.page_topic_arn if kind.pages else self.ticket_topic_arn

    def text(self, kind: AlarmKind, description: str) -> str:
        """Return the text of an alarm: its description and its runbook."""
        return f"{description} - {self.runbook or f'{self.runbooks}#{kind.value}'}"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A CloudWatch metric alarm."""

    kind: AlarmKind
    """What it reports, which decides on its topic and its runbook."""

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
    """Periods that are evaluated."""

    breaching_periods: int | None = None
    """Number of these that must breach the threshold; default: all."""

    period_seconds: int = 60
    """Length of a period in seconds."""

    comparison: str = "GreaterThanThreshold"
    """CloudWatch comparison operator."""

    missing_data: str = "notBreaching"
    """How missing data is treated."""

    invoke: Sequence[pulumi.Input[str]] = ()
    """ARNs of functions that it invokes when it rings."""


def make_alarm(
    name: str,
    alarm: Alarm,
    routing: AlarmRouting,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.cloudwatch.MetricAlarm:
    """Define the alarm *name*; its ALARM and OK actions publish to the topic of its kind."""
    percentile = alarm.statistic.startswith("p")
    topic_arn = routing.topic_arn(alarm.kind)
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=routing.text(alarm.kind, alarm.description),
        namespace=alarm.namespace,
        metric_name=alarm.metric,
        dimensions=dict(alarm.dimensions),
        threshold=alarm.threshold,
        statistic=None if percentile else alarm.statistic,
        extended_statistic=alarm.statistic if percentile else None,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.breaching_periods,
        period=alarm.period_seconds,
        comparison_operator=alarm.comparison,
        treat_missing_data=alarm.missing_data,
        alarm_actions=[topic_arn, *alarm.invoke],
        ok_actions=[topic_arn],
        tags=tags,
        opts=opts,
    )


@dataclass(frozen=True, kw_only=True)
class MathAlarm:
    """A CloudWatch alarm on an expression of metric math over sums, of a single period."""

    kind: AlarmKind
    """What it reports, which decides on its topic and its runbook."""

    description: str
    """What is wrong and where to look first, for the engineer on call."""

    expression: str
    """Expression over the ids of the metrics."""

    metrics: Mapping[str, str]
    """Names of metrics by id."""

    namespace: str
    """Namespace of the metrics."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Dimensions of the metrics."""

    threshold: float
    """It rings when the expression is at least this."""

    period_seconds: int
    """Length of the period in seconds, which ends with the last whole minute."""

    silent: bool = False
    """Whether it has no actions, since a composite alarm reads it and notifies."""


def make_math_alarm(
    name: str,
    alarm: MathAlarm,
    routing: AlarmRouting,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.cloudwatch.MetricAlarm:
    """Define the alarm *name*; missing data does not breach it."""
    actions = None if alarm.silent else [routing.topic_arn(alarm.kind)]
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=routing.text(alarm.kind, alarm.description),
        metric_queries=[
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id="result", expression=alarm.expression, label="result", return_data=True
            ),
            *(
                aws.cloudwatch.MetricAlarmMetricQueryArgs(
                    id=id_,
                    metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                        namespace=alarm.namespace,
                        metric_name=metric,
                        dimensions=dict(alarm.dimensions),
                        period=alarm.period_seconds,
                        stat="Sum",
                    ),
                )
                for id_, metric in alarm.metrics.items()
            ),
        ],
        threshold=alarm.threshold,
        evaluation_periods=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=actions,
        ok_actions=actions,
        tags=tags,
        opts=opts,
    )


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """A composite alarm that rings while every one of several alarms does."""

    kind: AlarmKind
    """What it reports, which decides on its topic and its runbook."""

    description: str
    """What is wrong and where to look first, for the engineer on call."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    """Alarms without actions; its name begins with that of the first."""


def make_composite_alarm(
    name: str,
    alarm: AllOf,
    routing: AlarmRouting,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.cloudwatch.CompositeAlarm:
    """Define the composite alarm *name*, which alone notifies."""
    states = [pulumi.Output.concat('ALARM("', one.name, '")') for one in alarm.alarms]
    topic_arn = routing.topic_arn(alarm.kind)
    return aws.cloudwatch.CompositeAlarm(
        name,
        # The engine names no composite alarms; that of the first one is unique in the account.
        alarm_name=pulumi.Output.concat(alarm.alarms[0].name, "-", alarm.kind.value),
        alarm_description=routing.text(alarm.kind, alarm.description),
        alarm_rule=pulumi.Output.all(*states).apply(" AND ".join),
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        tags=tags,
        opts=opts,
    )
