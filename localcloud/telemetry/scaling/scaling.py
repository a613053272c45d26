"""Applies scaling policies to ECS services."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

from localcloud.telemetry.scaling import step
from localcloud.telemetry.scaling.activities import SUCCESSFUL, Activity
from localcloud.telemetry.scaling.queries import queries
from localcloud.telemetry.scaling.tracking import (
    COOLDOWN_SECONDS,
    IN_MINUTES,
    Policy,
    asked,
    decided,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from localcloud.telemetry.scaling.activities import Activities
    from localcloud.telemetry.scaling.services import Services, Target

_LOG = logging.getLogger(__name__)

MINUTE = 60
TRACKING, STEP = "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration"


class Metrics(Protocol):
    """Evaluates metric data queries."""

    def __call__(
        self, queries: Sequence[Mapping[str, Any]], start: int, end: int
    ) -> Mapping[int, float]:
        """Return the values of the query that returns data, by the start of their minute."""
        ...


class Scaling:
    """Evaluates target tracking policies, and executes step policies for alarms."""

    def __init__(
        self,
        services: Services,
        metrics: Metrics,
        activities: Activities,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Change *services* by *metrics*, and record *activities*."""
        self._services, self._metrics, self._activities = services, metrics, activities
        self._now = now
        self._refused: set[str] = set()

    async def evaluate(self) -> None:
        """Apply every target tracking policy to the minutes that have ended."""
        tracking: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for policy in await self._services.policies():
            if policy.get(TRACKING):
                tracking[policy["ResourceId"]].append(policy)
        if not tracking:
            return
        for target in await self._services.targets():
            if found := tracking.get(target.resource):
                await self._track(target, found)

    async def execute(self, policy_arn: str, value: float, threshold: float, alarm: str) -> None:
        """Execute a step policy because its *alarm*'s metric is *value*.

        A target tracking policy is evaluated on its own: its alarms execute nothing.
        """
        policies = await self._services.policies()
        policy = next((one for one in policies if one["PolicyARN"] == policy_arn), None)
        if policy is None or not policy.get(STEP):
            return
        configuration = policy[STEP]
        for target in await self._services.targets():
            if target.resource != policy["ResourceId"]:
                continue
            last = self._activities.last(target.resource, target.dimension, self._now())
            cooldown = configuration.get("Cooldown", COOLDOWN_SECONDS)
            wanted = step.adjusted(configuration, target.desired, value - threshold)
            wanted = min(max(wanted, target.limits.minimum), target.limits.maximum)
            grows = wanted > target.desired
            suspended = target.limits.out_suspended if grows else target.limits.in_suspended
            larger = grows and wanted - target.desired > last.by
            cooling = last.seconds_ago < cooldown and not larger
            if wanted != target.desired and not suspended and not cooling:
                await self._apply(target, wanted, policy["PolicyName"], alarm)

    async def _track(self, target: Target, found: Sequence[dict[str, Any]]) -> None:
        asking = [(_policy(one), self._wanted(one, target)) for one in found]
        last = self._activities.last(target.resource, target.dimension, self._now())
        decision = decided(asking, target.desired, target.limits, last)
        if decision is None:
            return
        grows = decision.capacity > target.desired
        policy = next(one for one in found if one["PolicyARN"] == decision.policy.arn)
        alarm = next(
            (
                one["AlarmName"]
                for one in policy.get("Alarms") or []
                if ("AlarmHigh" in one["AlarmName"]) == grows
            ),
            "",
        )
        await self._apply(target, decision.capacity, decision.policy.name, alarm)

    def _wanted(self, policy: Mapping[str, Any], target: Target) -> int | None:
        end = int(self._now()) // MINUTE * MINUTE
        start = end - IN_MINUTES * MINUTE
        try:
            values = self._metrics(queries(policy[TRACKING], target.resource), start, end)
        except ValueError as error:
            if policy["PolicyARN"] not in self._refused:
                self._refused.add(policy["PolicyARN"])
                _LOG.warning("%s is not evaluated: %s", policy["PolicyName"], error)
            return None
        minutes = [values.get(at) for at in range(end - MINUTE, start - 1, -MINUTE)]
        return asked(_policy(policy), minutes, target.running)

    async def _apply(self, target: Target, count: int, policy: str, alarm: str) -> None:
        problem = await self._services.set_desired_count(target, count)
        _LOG.info(
            "%s: %s to %s tasks %s", target.resource, target.desired, count, problem or "(set)"
        )
        cause = f"monitor alarm {alarm} in state ALARM triggered policy {policy}"
        told = f"Successfully set desired count to {count}. Change successfully fulfilled by ecs."
        self._activities.add(
            Activity(
                namespace="ecs",
                resource=target.resource,
                dimension=target.dimension,
                description=f"Setting desired count to {count}.",
                cause=cause,
                time=self._now(),
                before=target.desired,
                after=count,
                status="Failed" if problem else SUCCESSFUL,
                message=problem or told,
            )
        )


def _policy(found: Mapping[str, Any]) -> Policy:
    configuration = found[TRACKING]
    return Policy(
        arn=found["PolicyARN"],
        name=found["PolicyName"],
        target=configuration["TargetValue"],
        scale_in=not configuration.get("DisableScaleIn"),
        out_cooldown=configuration.get("ScaleOutCooldown", COOLDOWN_SECONDS),
        in_cooldown=configuration.get("ScaleInCooldown", COOLDOWN_SECONDS),
    )
