"""Rules on CloudWatch alarms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.dead_letters import dead_letter_queues
from policy.engine.ecs import receives_requests
from policy.engine.requirement import require_value
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_array, is_missing, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator


COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
_REQUEST_ALARMS = ("errors", "latency")
"""Alarms that only services with requests need."""
_DIMENSIONS = ("dimensions", "metricQueries.metric.dimensions")


@require_value(
    aws.METRIC_ALARM, COMPOSITE_ALARM, path="actionsEnabled", default=True, remediates=True
)
@classify("audit", "observability", "high", "mandatory")
def alarm_actions_enabled() -> None:
    """Alarms must have actions enabled.

    An alarm with disabled actions changes state without notifying anyone.

    References: Security Hub CloudWatch.17, Config cloudwatch-alarm-action-enabled-check,
    Checkov CKV_AWS_319
    """


@stack_rule(aws.METRIC_ALARM, COMPOSITE_ALARM)
@classify("audit", "observability", "high", "mandatory")
def alarm_has_action(stack: Stack) -> Findings:
    """Alarms must have an action, unless a composite alarm reads them.

    An alarm without an action changes state without notifying anyone.

    References: Security Hub CloudWatch.15, Config cloudwatch-alarm-action-check
    """
    for alarm in stack.of_type(aws.METRIC_ALARM, COMPOSITE_ALARM):
        if is_missing(alarm.get("alarmActions")) and stack.has_no_referrer(
            alarm, "alarmRule", COMPOSITE_ALARM
        ):
            yield alarm.finding(
                f"The alarm '{alarm.name}' must have an action: set alarm_actions to a topic with"
                " subscribers, or name the alarm in the alarm_rule of a composite alarm."
            )


@stack_rule(
    aws.ECS_SERVICE,
    aws.LAMBDA_FUNCTION,
    aws.METRIC_ALARM,
    params={
        "metrics": {
            "errors": ["Errors", "HTTPCode_Target_5XX_Count", "5XXError", "UnHealthyHostCount"],
            "latency": ["TargetResponseTime", "Duration", "Latency"],
            "saturation": [
                "CPUUtilization",
                "MemoryUtilization",
                "Throttles",
                "ConcurrentExecutions",
            ],
        }
    },
    why=(
        "Without these alarms, errors, slow responses and overload are first reported by customers."
    ),
)
@classify("architecture", "observability", "medium", "advisory")
def alarm_for_each_service(stack: Stack) -> Findings:
    """Services and functions must have alarms on errors, latency and saturation.

    A service that receives no requests needs an alarm on saturation only.
    """
    for service in stack.of_type(aws.ECS_SERVICE, aws.LAMBDA_FUNCTION):
        # The request metrics of a service behind a load balancer belong to its target groups.
        fronts = stack.references(service, "loadBalancers.targetGroupArn", aws.TARGET_GROUP)
        measured = service.type == aws.LAMBDA_FUNCTION or bool(fronts) or receives_requests(service)
        for kind, metrics in stack.params["metrics"].items():
            if kind in _REQUEST_ALARMS and not measured:
                continue
            if not _is_watched(stack, [service, *fronts], as_list(metrics)):
                names = " or ".join(f'"{one}"' for one in as_list(metrics))
                yield service.finding(
                    f"The service '{service.name}' must have an alarm on its {kind}: add a"
                    f" MetricAlarm with metric_name {names} and dimensions that name the service."
                )


@stack_rule(aws.SQS_QUEUE, aws.SQS_REDRIVE_POLICY, aws.METRIC_ALARM)
@classify("architecture", "observability", "medium", "advisory")
def alarm_on_dead_letter_queue(stack: Stack) -> Findings:
    """Dead-letter queues must have an alarm on arriving messages.

    Messages in a dead-letter queue expire unnoticed unless an alarm reports them.
    """
    for queue in dead_letter_queues(stack):
        if not _is_watched(stack, [queue], ["ApproximateNumberOfMessagesVisible"]):
            yield queue.finding(
                f"The dead-letter queue '{queue.name}' must have an alarm: add a MetricAlarm with"
                ' metric_name "ApproximateNumberOfMessagesVisible" and dimensions that name it.'
            )


def _is_watched(stack: Stack, targets: list[Resource], metrics: list[Any]) -> bool:
    """Return whether an alarm watches, or may watch, one of *metrics* of one of *targets*."""
    return any(
        any(one is UNKNOWN or one in metrics for one in _metrics(alarm))
        and (_is_undetermined(stack, alarm) or any(_watches(stack, alarm, one) for one in targets))
        for alarm in stack.of_type(aws.METRIC_ALARM)
    )


def _metrics(alarm: Resource) -> Iterator[Any]:
    """Yield the metric names of *alarm*, including those in its metric math."""
    yield alarm.get("metricName")
    queries = alarm.get("metricQueries")
    for query in queries if is_array(queries) else [queries]:
        yield UNKNOWN if query is UNKNOWN else value_at(query, "metric.metricName")
        yield from _identifiers(query)


def _identifiers(query: Any) -> list[Any]:
    """Return the identifiers in the expression of *query*, such as metric and resource names."""
    expression = query.get("expression") if is_object(query) else None
    if expression is UNKNOWN:
        return [UNKNOWN]
    return re.findall(r"[\w./-]+", expression) if isinstance(expression, str) else []


def _watches(stack: Stack, alarm: Resource, target: Resource) -> bool:
    if any(stack.refers_to(alarm, one, target) for one in ("dimensions", "metricQueries")):
        return True
    names = [one for key in ("name", "arnSuffix") if isinstance(one := target.get(key), str)]
    found = [value for path in _DIMENSIONS for one in alarm.entries(path) for value in one.values()]
    found += [word for query in as_list(alarm.get("metricQueries")) for word in _identifiers(query)]
    return any(name in found for name in names)


def _is_undetermined(stack: Stack, alarm: Resource) -> bool:
    """Return whether neither values nor dependencies show yet what *alarm* watches."""
    inner = [f"{path}.{key}" for path in _DIMENSIONS for one in alarm.entries(path) for key in one]
    return any(
        stack.is_undetermined(alarm, one)
        for one in (*_DIMENSIONS, *inner, "metricQueries.expression")
    )
