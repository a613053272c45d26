"""Metrics that are counted in the log groups of a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm
from components.args import InvalidArgError, as_inputs
from components.observability.metric_alarm import (
    MetricAlarm,
    define_metric_alarm,
    require_functions,
)
from log_patterns import MAX_GROUP_EXPRESSION_FILTERS, PatternError, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting


@dataclass(frozen=True, kw_only=True)
class LogCount:
    """A count of the lines that match a filter pattern."""

    pattern: str
    """Filter pattern of CloudWatch Logs, as `{ $.level = "ERROR" }`."""

    alarm: MetricAlarm | None = None
    """When an alarm rings; default: never."""

    def __post_init__(self) -> None:
        """Reject patterns that CloudWatch Logs does not parse."""
        try:
            parse_pattern(self.pattern)
        except PatternError as error:
            raise InvalidArgError("pattern", self.pattern, str(error)) from error


def counted_metric(service: str, count: str) -> str:
    """Return the name of the metric of *count*: its values have no dimensions.

    A metric filter takes dimensions from fields of the lines, and then has no default value: a
    minute without a match would be missing instead of 0.
    """
    return f"{service}-{count}"


@dataclass(frozen=True, kw_only=True)
class LogCountsArgs:
    """Log groups of a service, what is counted in them, and what alarms notify and invoke."""

    service: str
    """Name of the service, the first part of the metrics' names."""

    namespace: str
    """Namespace of the metrics."""

    counts: Mapping[str, LogCount]
    """Counts by name."""

    log_group_names: Mapping[str, pulumi.Input[str]]
    """Names of the log groups by what writes to them; each count adds up all of them."""

    account_id: pulumi.Input[str]
    """Account whose alarms may invoke the functions."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    functions: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, "pulumi.Input[str]"]
    )
    """ARNs of the functions that alarms may invoke, by name."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject alarms that invoke a function that is not passed, and too many expressions."""
        require_functions((count.alarm for count in self.counts.values()), self.functions)
        found = [
            name for name, count in self.counts.items() if parse_pattern(count.pattern).expressions
        ]
        if len(found) > MAX_GROUP_EXPRESSION_FILTERS:
            want = (
                f"use at most {MAX_GROUP_EXPRESSION_FILTERS} patterns with regular expressions:"
                " CloudWatch Logs allows no more for each log group"
            )
            raise InvalidArgError("counts", found, want)


class LogCounts(pulumi.ComponentResource):
    """A metric filter for each count and log group, and the alarms of the counts."""

    alarm_arns: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: LogCountsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the filters and alarms *name*."""
        super().__init__("bulkhead:observability:LogCounts", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        self.alarm_arns = {}
        for count, each in args.counts.items():
            for writer, group in args.log_group_names.items():
                aws.cloudwatch.LogMetricFilter(
                    f"{name}-{count}.{writer}",  # no name has a dot: each pair is another name
                    log_group_name=group,
                    pattern=each.pattern,
                    metric_transformation={
                        "namespace": args.namespace,
                        "name": counted_metric(args.service, count),
                        "value": "1",
                        "default_value": "0",
                        "unit": "Count",
                    },
                    opts=child,
                )
            if each.alarm is not None:
                made = define_metric_alarm(
                    f"{name}-{count}",
                    _alarm(count, each.alarm, args),
                    each.alarm.invoke,
                    args,
                    child,
                )
                self.alarm_arns[count] = made.arn
        self.register_outputs({"alarm_arns": self.alarm_arns})


def _alarm(count: str, alarm: MetricAlarm, args: LogCountsArgs) -> Alarm:
    return Alarm(
        kind=AlarmKind.OWN_METRIC,
        description=f"{count} in the log of {args.service} is {alarm.side} a minute",
        namespace=args.namespace,
        metric=counted_metric(args.service, count),
        dimensions={},
        threshold=alarm.threshold,
        periods=alarm.minutes,
        comparison=alarm.comparison,
    )
