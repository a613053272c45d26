"""Alarms on the metrics of a service, which may invoke functions."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pulumi_aws as aws

from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, require_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pulumi

    from components.alarms import AlarmRouting

MAX_MINUTES = 1440  # CloudWatch evaluates at most a day in periods of a minute


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

    @property
    def side(self) -> str:
        """The threshold in words."""
        return f"above {self.above:g}" if self.above is not None else f"below {self.below:g}"

    @property
    def threshold(self) -> float:
        """The number that values are compared with."""
        return self.above if self.above is not None else self.below or 0.0

    @property
    def comparison(self) -> str:
        """CloudWatch comparison operator."""
        return "GreaterThanThreshold" if self.above is not None else "LessThanThreshold"


class Watching(Protocol):
    """What alarms of a service's metrics notify and invoke."""

    @property
    def account_id(self) -> pulumi.Input[str]:
        """Account whose alarms may invoke the functions."""
        ...

    @property
    def alarms(self) -> AlarmRouting:
        """Topics that alarms notify, and their runbooks."""
        ...

    @property
    def functions(self) -> Mapping[str, pulumi.Input[str]]:
        """ARNs of the functions that alarms may invoke, by name."""
        ...

    @property
    def tags(self) -> Mapping[str, str] | None:
        """Tags in addition to the provider's default tags."""
        ...


def require_functions(alarms: Iterable[MetricAlarm | None], functions: Iterable[str]) -> None:
    """Reject alarms that invoke a function that is not among *functions*."""
    known = sorted(functions)
    for alarm in alarms:
        if alarm is not None and alarm.invoke is not None and alarm.invoke not in known:
            want = f"name one of functions: {', '.join(known) or 'none is passed'}"
            raise InvalidArgError("invoke", alarm.invoke, want)


def define_metric_alarm(
    name: str, alarm: Alarm, invoke: str | None, args: Watching, opts: pulumi.ResourceOptions
) -> aws.cloudwatch.MetricAlarm:
    """Define the alarm *name*, which may call the function *invoke*."""
    if invoke is None:
        return make_alarm(name, alarm, args.alarms, opts, args.tags)
    function = args.functions[invoke]
    calling = dataclasses.replace(alarm, invoke=[function])
    made = make_alarm(name, calling, args.alarms, opts, args.tags)
    aws.lambda_.Permission(
        f"{name}-invoke",
        action="lambda:InvokeFunction",
        function=function,
        principal="lambda.alarms.cloudwatch.amazonaws.com",
        source_account=args.account_id,
        source_arn=made.arn,
        opts=opts,
    )
    return made
