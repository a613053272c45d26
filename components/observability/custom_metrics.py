"""The alarms on the metrics that a service's own code counts."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting

MAX_MINUTES = 1440  # CloudWatch evaluates at most a day in periods of a minute


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
class MetricAlarm:
    """When the alarm of a metric rings: exactly one of `above` and `below`."""

    above: float | None = None
    """It rings while each minute's value is above this one."""

    below: float | None = None
    """It rings while each minute's value is below this one."""

    minutes: int = 1
    """Minutes before it rings."""

    invoke: str | None = None
    """Name in `functions` of the function that it invokes; default: it only reports."""

    def __post_init__(self) -> None:
        """Reject alarms that ring always or never."""
        if (self.above is None) == (self.below is None):
            raise InvalidArgError("above", self.above, "use one of above and below")
        require_between("minutes", self.minutes, 1, MAX_MINUTES)


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
        for metric in self.metrics.values():
            invoked = metric.alarm.invoke if metric.alarm is not None else None
            if invoked is not None and invoked not in self.functions:
                known = ", ".join(sorted(self.functions)) or "none is passed"
                raise InvalidArgError("invoke", invoked, f"name one of functions: {known}")


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
            if each.alarm is None:
                continue
            invoked = each.alarm.invoke
            function = args.functions[invoked] if invoked is not None else None
            made = make_alarm(
                f"{name}-{metric}",
                dataclasses.replace(
                    _alarm(metric, each, each.alarm, args),
                    invoke=[function] if function is not None else [],
                ),
                args.alarms,
                child,
                args.tags,
            )
            if function is not None:
                aws.lambda_.Permission(
                    f"{name}-{metric}-invoke",
                    action="lambda:InvokeFunction",
                    function=function,
                    principal="lambda.alarms.cloudwatch.amazonaws.com",
                    source_account=args.account_id,
                    source_arn=made.arn,
                    opts=child,
                )
            self.alarm_arns[metric] = made.arn
        self.register_outputs({"alarm_arns": self.alarm_arns})


def _alarm(metric: str, each: CustomMetric, alarm: MetricAlarm, args: CustomMetricsArgs) -> Alarm:
    rising = alarm.above is not None
    side = f"above {alarm.above:g}" if alarm.above is not None else f"below {alarm.below:g}"
    return Alarm(
        kind=AlarmKind.OWN_METRIC,
        description=f"{metric} of {args.service} is {side} {each.unit.lower()}",
        namespace=args.namespace,
        metric=metric,
        dimensions={"service": args.service},
        threshold=alarm.above if alarm.above is not None else alarm.below or 0.0,
        statistic=each.statistic,
        periods=alarm.minutes,
        comparison="GreaterThanThreshold" if rising else "LessThanThreshold",
    )
