"""Rules on ECS services."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.ecs import receives_requests
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_not_true, number

CAPACITY_PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"
_BREAKER = ("deploymentCircuitBreaker.enable", "deploymentCircuitBreaker.rollback")
_COUNT = ("desiredCount", "desired_count", "*")
"""Names of the desired count in ignore_changes."""


def _with_breaker(service: Resource) -> dict[str, Any]:
    return changed_inputs(service, dict.fromkeys(_BREAKER, True))


@rule(aws.ECS_SERVICE, remediate=_with_breaker)
@classify("reliability", "resilience", "medium", "advisory")
def ecs_deployment_circuit_breaker(service: Resource) -> Messages:
    """Services must roll back a deployment that fails.

    Without the circuit breaker, ECS keeps restarting tasks of a broken version for hours.

    Remediation: Set deployment_circuit_breaker.enable and rollback to True.
    """
    if service.get("deploymentController.type") in ("CODE_DEPLOY", "EXTERNAL", UNKNOWN):
        return
    off = [f"{path.partition('.')[2]}=True" for path in _BREAKER if is_not_true(service.get(path))]
    if off:
        yield (
            f"The service '{service.name}' must roll back a failed deployment: set"
            f" {' and '.join(off)} in deployment_circuit_breaker."
        )


@rule(aws.ECS_SERVICE)
@classify("reliability", "resilience", "medium", "advisory", when="production")
def ecs_deployment_keeps_capacity(service: Resource) -> Messages:
    """Services must keep all of their tasks running during a deployment.

    A deployment that stops tasks first serves the same load with less capacity.
    """
    percent = number(service.get("deploymentMinimumHealthyPercent"))
    if percent is None or percent >= 100:  # noqa: PLR2004 - percent
        return
    # A daemon has one task per instance: the old one has to stop before the new one starts.
    if service.get("schedulingStrategy") not in ("DAEMON", UNKNOWN):
        yield (
            f"The service '{service.name}' must keep its tasks running during a deployment: set"
            " deployment_minimum_healthy_percent to 100."
        )


@rule(CAPACITY_PROVIDER)
@classify("reliability", "resilience", "medium", "advisory")
def ecs_capacity_provider_termination_protection(provider: Resource) -> Messages:
    """Capacity providers must protect instances that run tasks from termination.

    Otherwise a scale-in stops tasks in the middle of their work.

    References: FSBP ECS.19, Config ecs-capacity-provider-termination-check
    """
    path = "autoScalingGroupProvider"
    protection = provider.get(f"{path}.managedTerminationProtection")
    if not provider.is_missing(path) and protection not in ("ENABLED", UNKNOWN):
        yield (
            f"The capacity provider '{provider.name}' must protect instances with tasks from"
            ' termination: set managed_termination_protection to "ENABLED".'
        )


@rule(aws.ECS_SERVICE, params={"minTasks": 2})
@classify("reliability", "resilience", "medium", "advisory", when="production")
def ecs_service_two_tasks(service: Resource) -> Messages:
    """Services must run two tasks or more.

    A service with a single task is unavailable whenever that task is replaced.
    """
    if service.get("schedulingStrategy") in ("DAEMON", UNKNOWN):
        return
    if any(one in _COUNT for one in service.options.ignore_changes):
        return  # Application Auto Scaling sets the count
    count, least = service.get("desiredCount"), service.params["minTasks"]
    if count is not UNKNOWN and (number(count) or 0) < least:
        yield (
            f"The service '{service.name}' must tolerate a task failure: set desired_count to"
            f" {least:.0f} or more."
        )


@stack_rule(aws.ECS_SERVICE, aws.APPAUTOSCALING_TARGET)
@classify("reliability", "resilience", "low", "advisory")
def ecs_service_scales(stack: Stack) -> Findings:
    """Services that receive requests must scale with their load.

    A fixed number of tasks is too slow at peak load or too expensive at low load.
    """
    targets = [one for one in stack.of_type(aws.APPAUTOSCALING_TARGET) if _is_for_services(one)]
    for service in stack.of_type(aws.ECS_SERVICE):
        if service.get("schedulingStrategy") in ("DAEMON", UNKNOWN):
            continue
        if not receives_requests(service):
            continue
        if any(_is_named(service, one.get("resourceId")) for one in targets):
            continue
        if stack.has_no_referrer(
            service, "resourceId", aws.APPAUTOSCALING_TARGET, where=_is_for_services
        ):
            yield service.finding(
                f"The service '{service.name}' must scale with its load: add an appautoscaling"
                ' Target with service_namespace="ecs", its resource_id and a max_capacity.'
            )


def _is_for_services(target: Resource) -> bool:
    in_ecs = target.get("serviceNamespace") in ("ecs", UNKNOWN)
    return in_ecs and not target.is_missing("maxCapacity")


def _is_named(service: Resource, resource_id: Any) -> bool:
    """Return whether *resource_id* ("service/<cluster>/<service>") is or may be *service*."""
    name, cluster = service.get("name"), service.get("cluster")
    if not isinstance(resource_id, str) or not isinstance(name, str):
        return False
    in_cluster, _, named = resource_id.removeprefix("service/").partition("/")
    own = "default" if is_missing(cluster) else cluster
    return named == name and (not isinstance(own, str) or in_cluster == own.rpartition("/")[2])


@require_value(
    aws.ECS_SERVICE, path="propagateTags", value=("SERVICE", "TASK_DEFINITION"), remediates=True
)
@classify("audit", "tags", "low", "advisory")
def ecs_tags_propagated() -> None:
    """ECS services must propagate tags to tasks.

    Costs are recorded on tasks; without tags they cannot be allocated to a service.

    References: Config ecs-service-propagate-tags-enabled
    """
