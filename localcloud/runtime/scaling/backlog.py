"""Scales ECS services on the backlog of SQS queues, by target tracking with metric math."""

from __future__ import annotations

import ast
import logging
import math
import operator
import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

SERVICE = "application-autoscaling"
OUT_MINUTES, IN_MINUTES = 3, 15
"""Consecutive minutes of the two alarms of a policy of an ECS service."""
IN_SHARE = 0.9
"""Share of the target below which the service scales in."""
WAITING, RUNNING = "ApproximateNumberOfMessagesVisible", "RunningTaskCount"
OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class BacklogScaling:
    """Evaluates policies, and remembers the values of the last minutes."""

    def __init__(self, context: WorkerContext) -> None:
        """Use the API of *context*."""
        self._aws = context.aws
        self._values: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=IN_MINUTES))
        self._scaled: dict[str, float] = {}
        """Time of the last scaling activity, by resource."""

    async def evaluate(self) -> None:
        """Set the number of tasks that each policy asks for; once a minute."""
        asked = {"ServiceNamespace": "ecs"}
        pages = self._aws.pages
        policies = await pages(SERVICE, "DescribeScalingPolicies", "ScalingPolicies", **asked)
        tracking = [
            (policy["ResourceId"], configuration, metrics)
            for policy in policies
            if (configuration := policy.get("TargetTrackingScalingPolicyConfiguration") or {})
            and (metrics := _metrics(configuration))
        ]
        if not tracking:
            return
        found = await self._aws.pages(
            SERVICE, "DescribeScalableTargets", "ScalableTargets", **asked
        )
        targets = {one["ResourceId"]: one for one in found}
        for resource, configuration, metrics in tracking:
            if resource in targets:
                await self._apply(resource, targets[resource], configuration, metrics)

    async def _apply(
        self,
        resource: str,
        target: dict[str, Any],
        configuration: dict[str, Any],
        metrics: Sequence[dict[str, Any]],
    ) -> None:
        _, cluster, name = resource.split("/")
        answer = await self._aws("ecs", "DescribeServices", cluster=cluster, services=[name])
        [service] = answer["services"] or [{}]
        current, running = service.get("desiredCount", 0), service.get("runningCount", 0)
        if not running:
            return
        values = self._values[resource]
        values.appendleft(await self._value(metrics, running))
        wanted = _wanted(values, configuration["TargetValue"], current, running)
        suspended = target.get("SuspendedState") or {}
        grows = wanted > current
        side = "Out" if grows else "In"
        cooldown = configuration.get(f"Scale{side}Cooldown") or 0
        if (
            suspended.get(f"DynamicScaling{side}Suspended")
            or (not grows and configuration.get("DisableScaleIn"))
            or time.monotonic() < self._scaled.get(resource, -math.inf) + cooldown
        ):
            wanted = current
        wanted = min(max(wanted, target["MinCapacity"]), target["MaxCapacity"])
        if wanted == current:
            return
        await self._aws("ecs", "UpdateService", cluster=cluster, service=name, desiredCount=wanted)
        self._scaled[resource] = time.monotonic()
        values.clear()
        _LOG.info("%s scaled from %s to %s tasks", resource, current, wanted)

    async def _value(self, metrics: Sequence[dict[str, Any]], running: int) -> float:
        values: dict[str, float] = {}
        for metric in (one for one in metrics if "MetricStat" in one):
            described = metric["MetricStat"]["Metric"]
            values[metric["Id"]] = running
            if described["MetricName"] == WAITING:
                [queue] = [one["Value"] for one in described["Dimensions"]]
                values[metric["Id"]] = await self._waiting(queue)
        returned = next(one for one in metrics if one.get("ReturnData", True))
        return _evaluated(ast.parse(returned["Expression"], mode="eval").body, values)

    async def _waiting(self, queue: str) -> int:
        url = (await self._aws("sqs", "GetQueueUrl", QueueName=queue))["QueueUrl"]
        name = "ApproximateNumberOfMessages"
        answer = await self._aws("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=[name])
        return int(answer["Attributes"][name])


def _metrics(configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics of a policy that is evaluated here; none of other policies."""
    found = (configuration.get("CustomizedMetricSpecification") or {}).get("Metrics") or []
    names = {one["MetricStat"]["Metric"]["MetricName"] for one in found if "MetricStat" in one}
    returned = [one for one in found if one.get("ReturnData", True)]
    known = names == {WAITING, RUNNING} and len(returned) == 1 and "Expression" in returned[0]
    return found if known else []


def _evaluated(node: ast.expr, values: Mapping[str, float]) -> float:
    """Return the value of a metric math expression of the four operations."""
    match node:
        case ast.BinOp(left, sign, right):
            return OPERATORS[type(sign)](_evaluated(left, values), _evaluated(right, values))
        case ast.Name(name):
            return values[name]
        case ast.Constant(value) if isinstance(value, int | float):
            return value
        case _:
            raise ValueError(f"{ast.unparse(node)} is not evaluated: write + - * / of metrics")


def _wanted(values: Sequence[float], target: float, current: int, running: int) -> int:
    """Return the number of tasks for *values*, those of the last minutes, the newest first."""
    out, low = list(values)[:OUT_MINUTES], list(values)[:IN_MINUTES]
    above = len(out) == OUT_MINUTES and min(out) > target
    below = len(low) == IN_MINUTES and max(low) < target * IN_SHARE
    if not above and not below:
        return current
    needed = math.ceil(round(values[0] * running / target, 6))
    return max(needed, current) if above else min(needed, current)
