"""Containers on Fargate for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.observability.log_count import counted_metric
from components.service.containers import ContainerCompute
from components.service.own_metric import OwnMetric
from spec.compute.fargate import FargateCompute, MetricTarget

if TYPE_CHECKING:
    from stacks.context import ServiceContext

KIND = FargateCompute.KIND


def translate(name: str, compute: FargateCompute, context: ServiceContext) -> ContainerCompute:
    """Return how the containers of the service *name* run, within the environment's limits."""
    scaling = compute.scaling
    target = scaling.target
    return ContainerCompute(
        command=compute.command,
        image_digest=context.artifacts.image(name),
        min_tasks=context.compute.within_limits(scaling.min, name),
        max_tasks=context.compute.within_limits(scaling.max, name),
        requests_per_task=getattr(target, "requests_per_task", None),
        cpu_percent=getattr(target, "cpu_percent", None),
        own_metric=_own(name, target, context) if isinstance(target, MetricTarget) else None,
        cpu=compute.cpu,
        memory_mib=compute.memory_mib,
        health_check=compute.health_check,
    )


def _own(name: str, target: MetricTarget, context: ServiceContext) -> OwnMetric:
    if target.metric in context.log_counts.get(name, ()):
        metric = counted_metric(name, target.metric)
        return OwnMetric(name=metric, per_task=target.per_task, missing_is_zero=True)
    return OwnMetric(name=target.metric, per_task=target.per_task, dimensions={"service": name})
