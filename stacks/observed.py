"""Alarms that are defined after all services: one may invoke the function of another service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.observability.custom_metrics import (
    CustomMetric,
    CustomMetrics,
    CustomMetricsArgs,
    MetricAlarm,
    MetricUnit,
)
from stacks.context import with_runbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.microservice import Microservice
    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from spec.metrics import Metric
    from spec.service import ServiceSpec


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
    invoked = {metric.alarm.invoke for metric in metrics.values() if metric.alarm is not None}
    CustomMetrics(
        f"{spec.name}-metrics",
        CustomMetricsArgs(
            service=spec.name,
            namespace=platform.metrics_namespace,
            metrics=metrics,
            account_id=platform.account_id,
            alarms=with_runbook(platform, spec).alarms,
            functions={
                name: arn
                for name in invoked
                if name is not None and (arn := made[name].function_arn) is not None
            },
            tags={"service": spec.name, "owner": spec.owner, "tier": spec.tier.value},
        ),
        opts,
    )


def invoked_by_alarms(catalogue: Catalogue) -> set[str]:
    """Return the services whose functions alarms invoke."""
    alarms = (
        metric.alarm for spec in catalogue.services.values() for metric in spec.metrics.values()
    )
    return {alarm.invoke for alarm in alarms if alarm is not None and alarm.invoke is not None}


def custom_metric(spec: Metric) -> CustomMetric:
    """Return a metric of a description as the component takes it."""
    alarm = spec.alarm
    return CustomMetric(
        unit=MetricUnit(spec.unit.cloudwatch),
        alarm=alarm
        and MetricAlarm(
            above=alarm.above, below=alarm.below, minutes=alarm.minutes, invoke=alarm.invoke
        ),
    )
