"""Alarms that are defined after all services: one may invoke the function of another service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.observability.custom_metrics import (
    CustomMetric,
    CustomMetrics,
    CustomMetricsArgs,
    MetricUnit,
)
from components.observability.log_count import LogCount, LogCounts, LogCountsArgs
from components.observability.metric_alarm import MetricAlarm
from spec.metric_checks import declared
from stacks.context import with_runbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pulumi

    from components.microservice import Microservice
    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from spec.logs import LogCount as LogCountSpec
    from spec.metrics import Metric
    from spec.metrics import MetricAlarm as MetricAlarmSpec
    from spec.service import ServiceSpec


def watch(
    spec: ServiceSpec,
    platform: Platform,
    made: Mapping[str, Microservice],
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Define what is counted in the logs of *spec*, and the alarms of its metrics."""
    watch_metrics(spec, platform, made, opts)
    count_logs(spec, platform, made, opts)


def watch_metrics(
    spec: ServiceSpec,
    platform: Platform,
    made: Mapping[str, Microservice],
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Define the alarms of the metrics that the code of *spec* counts."""
    if not any(metric.alarm for metric in spec.metrics.values()):
        return
    metrics = {name: custom_metric(metric) for name, metric in spec.metrics.items()}
    CustomMetrics(
        f"{spec.name}-metrics",
        CustomMetricsArgs(
            service=spec.name,
            namespace=platform.metrics_namespace,
            metrics=metrics,
            account_id=platform.account_id,
            alarms=with_runbook(platform, spec).alarms,
            functions=_functions((metric.alarm for metric in metrics.values()), made),
            tags=_tags(spec),
        ),
        opts,
    )


def count_logs(
    spec: ServiceSpec,
    platform: Platform,
    made: Mapping[str, Microservice],
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Define what is counted in the log groups of *spec*, and the alarms of it."""
    if not spec.logs.count:
        return
    counts = {name: log_count(count) for name, count in spec.logs.count.items()}
    LogCounts(
        f"{spec.name}-log-counts",
        LogCountsArgs(
            service=spec.name,
            namespace=platform.metrics_namespace,
            counts=counts,
            log_group_names=made[spec.name].log_group_names,
            account_id=platform.account_id,
            alarms=with_runbook(platform, spec).alarms,
            functions=_functions((count.alarm for count in counts.values()), made),
            tags=_tags(spec),
        ),
        opts,
    )


def invoked_by_alarms(catalogue: Catalogue) -> set[str]:
    """Return the services whose functions alarms invoke."""
    alarms = (alarm for spec in catalogue.services.values() for _, alarm in declared(spec))
    return {alarm.invoke for alarm in alarms if alarm is not None and alarm.invoke is not None}


def custom_metric(spec: Metric) -> CustomMetric:
    """Return a metric of a description as the component takes it."""
    return CustomMetric(unit=MetricUnit(spec.unit.cloudwatch), alarm=_alarm(spec.alarm))


def log_count(spec: LogCountSpec) -> LogCount:
    """Return a count of a description as the component takes it."""
    return LogCount(pattern=spec.pattern, alarm=_alarm(spec.alarm))


def _alarm(spec: MetricAlarmSpec | None) -> MetricAlarm | None:
    return spec and MetricAlarm(
        above=spec.above, below=spec.below, minutes=spec.minutes, invoke=spec.invoke
    )


def _functions(
    alarms: Iterable[MetricAlarm | None], made: Mapping[str, Microservice]
) -> dict[str, pulumi.Input[str]]:
    invoked = {alarm.invoke for alarm in alarms if alarm is not None}
    return {
        name: arn
        for name in invoked
        if name is not None and (arn := made[name].function_arn) is not None
    }


def _tags(spec: ServiceSpec) -> dict[str, str]:
    return {"service": spec.name, "owner": spec.owner, "tier": spec.tier.value}
