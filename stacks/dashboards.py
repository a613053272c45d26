"""The dashboards of an environment and its services, and their saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.observability.environment_dashboard import (
    EnvironmentDashboard,
    EnvironmentDashboardArgs,
)
from components.observability.log_count import counted_metric
from components.observability.parts import OwnMetric, ServiceParts
from components.observability.saved_queries import MAX_GROUPS, SavedQueries, SavedQueriesArgs
from components.observability.service_dashboard import ServiceDashboard, ServiceDashboardArgs
from stacks.observability import Dashboards
from stacks.observed import custom_metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pulumi

    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from spec.service import ServiceSpec
    from stacks.observability import ObservabilitySettings
    from stacks.shared import Shared


def build(
    settings: ObservabilitySettings, catalogue: Catalogue, platform: Platform, shared: Shared
) -> None:
    """Define the dashboards and the saved queries, after everything that they show."""
    environment = platform.environment
    found = [_parts(spec, platform, shared) for _, spec in sorted(catalogue.services.items())]
    names: dict[str, str] = {}
    for parts in found:
        spec = catalogue.services[parts.service]
        queries = _queries(parts, environment, shared.opts)
        if settings.dashboards is Dashboards.SERVICES:
            names[spec.name] = f"{environment}-{spec.name}"
            ServiceDashboard(
                spec.name,
                ServiceDashboardArgs(
                    dashboard_name=names[spec.name],
                    region=platform.region,
                    parts=parts,
                    description=spec.description,
                    owner=spec.owner,
                    queries=queries,
                ),
                shared.opts,
            )
    if settings.dashboards is not Dashboards.NONE:
        EnvironmentDashboard(
            "environment",
            EnvironmentDashboardArgs(
                dashboard_name=environment,
                region=platform.region,
                services=found,
                dashboards=names,
            ),
            shared.opts,
        )


def _queries(parts: ServiceParts, environment: str, opts: pulumi.ResourceOptions | None) -> str:
    if not parts.log_groups:
        return ""
    prefix = f"{environment}/{parts.service}"
    args = SavedQueriesArgs(prefix=prefix, log_groups=parts.log_groups[:MAX_GROUPS])
    SavedQueries(f"{parts.service}-queries", args, opts)
    return prefix


def _parts(spec: ServiceSpec, platform: Platform, shared: Shared) -> ServiceParts:
    recorder = shared.recorder
    return ServiceParts(
        service=spec.name,
        parts=recorder.parts(spec.name),
        own=[*_metrics(spec, platform), *_counts(spec, platform)],
        alarms=recorder.alarms(spec.name),
        log_groups=recorder.log_groups(spec.name),
        availability_percent=spec.objectives.availability,
        slow_ms=spec.objectives.p99_ms,
    )


def _metrics(spec: ServiceSpec, platform: Platform) -> Iterator[OwnMetric]:
    for name, metric in spec.metrics.items():
        yield OwnMetric(
            name=name,
            dimensions={"service": spec.name},
            title=name,
            namespace=platform.metrics_namespace,
            statistic=custom_metric(metric).statistic,
        )


def _counts(spec: ServiceSpec, platform: Platform) -> Iterator[OwnMetric]:
    for name in spec.logs.count:
        yield OwnMetric(
            name=counted_metric(spec.name, name),
            dimensions={},
            title=f"{name} (log lines)",
            namespace=platform.metrics_namespace,
            statistic="Sum",
        )
