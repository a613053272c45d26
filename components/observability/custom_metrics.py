"""The alarms on the metrics that a service's own code counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm
from components.args import as_inputs
from components.observability.metric_alarm import define_metric_alarm, require_functions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting
    from components.observability.metric_alarm import MetricAlarm


class MetricUnit(StrEnum):
    """Units of a metric."""

    COUNT = "Count"
    SECONDS = "Seconds"
    MILLISECONDS = "Milliseconds"
    BYTES = "Bytes"
    PERCENT = "Percent"

    @property
    def added_up(self) -> bool:
        """Whether the values of a minute are added up; otherwise the extreme one counts."""
        return self in (MetricUnit.COUNT, MetricUnit.BYTES)


@dataclass(frozen=True, kw_only=True)
class CustomMetric:
    """A metric in lines of the embedded metric format, with the dimension `service`."""

    unit: MetricUnit = MetricUnit.COUNT
    """Unit."""

    alarm: MetricAlarm | None = None
    """When an alarm rings; default: never."""

    @property
    def statistic(self) -> str:
        """Statistic of a minute that the alarm looks at."""
        if self.unit.added_up:
            return "Sum"
        falling = self.alarm is not None and self.alarm.below is not None
        return "Minimum" if falling else "Maximum"


@dataclass(frozen=True, kw_only=True)
class CustomMetricsArgs:
    """Metrics of a service, and what their alarms notify and invoke."""

    service: str
    """Name of the service, the dimension of its metrics."""

    namespace: str
    """Namespace of the metrics."""

    metrics: Mapping[str, CustomMetric]
    """Metrics by name."""

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
        """Reject alarms that invoke a function that is not passed."""
        require_functions((metric.alarm for metric in self.metrics.values()), self.functions)


class CustomMetrics(pulumi.ComponentResource):
    """The alarms of a service's own metrics, which may invoke functions."""

    alarm_arns: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: CustomMetricsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the alarms *name*."""
        super().__init__("bulkhead:observability:CustomMetrics", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        self.alarm_arns = {}
        for metric, each in args.metrics.items():
            if each.alarm is not None:
                made = define_metric_alarm(
                    f"{name}-{metric}",
                    _alarm(metric, each, each.alarm, args),
                    each.alarm.invoke,
                    args,
                    child,
                )
                self.alarm_arns[metric] = made.arn
        self.register_outputs({"alarm_arns": self.alarm_arns})


def _alarm(metric: str, each: CustomMetric, alarm: MetricAlarm, args: CustomMetricsArgs) -> Alarm:
    return Alarm(
        kind=AlarmKind.OWN_METRIC,
        description=f"{metric} of {args.service} is {alarm.side} {each.unit.lower()}",
        namespace=args.namespace,
        metric=metric,
        dimensions={"service": args.service},
        threshold=alarm.threshold,
        statistic=each.statistic,
        periods=alarm.minutes,
        comparison=alarm.comparison,
    )
