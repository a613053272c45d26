"""Scales the provisioned capacity of DynamoDB tables and indexes."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.runtime.functions.definition import CONNECTION_ERRORS
from localcloud.runtime.scaling.target_tracking import Tracking, wanted

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
SERVICE = "application-autoscaling"
METRICS = {"DynamoDBReadCapacityUtilization", "DynamoDBWriteCapacityUtilization"}


async def follow_policies(context: WorkerContext) -> None:
    """Evaluate the policies every minute, and when one of them changes."""
    context.ready("scaling")
    scaling = TableScaling(context)
    async for _ in context.changes.watch(SERVICE, every_seconds=EVERY_SECONDS):
        try:
            await scaling.evaluate()
        except (*CONNECTION_ERRORS, ClientError, aiohttp.ClientError, ValueError) as error:
            _LOG.info("scaling policies cannot be evaluated: %r", error)


class TableScaling:
    """Evaluates policies, and remembers when it scaled."""

    def __init__(self, context: WorkerContext) -> None:
        """Use the API of *context*."""
        self._context = context
        self._scaled: dict[tuple[str, str], float] = {}
        """Time of the last scaling activity, by resource and dimension."""

    async def evaluate(self) -> None:
        """Set the capacity that each policy asks for."""
        aws = self._context.aws
        asked = {"ServiceNamespace": "dynamodb"}
        policies = await aws.pages(SERVICE, "DescribeScalingPolicies", "ScalingPolicies", **asked)
        if not policies:
            return
        targets = {
            (one["ResourceId"], one["ScalableDimension"]): one
            for one in await aws.pages(
                SERVICE, "DescribeScalableTargets", "ScalableTargets", **asked
            )
        }
        consumed = await self._consumed()
        for policy in policies:
            key = policy["ResourceId"], policy["ScalableDimension"]
            configuration = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
            metric = configuration.get("PredefinedMetricSpecification") or {}
            if key in targets and metric.get("PredefinedMetricType") in METRICS:
                await self._apply(key, targets[key], configuration, consumed)

    async def _consumed(self) -> dict[tuple[str, str, str], list[float]]:
        """Return the capacity units of the last minutes by table, index and access."""
        url = f"{self._context.endpoint}/_bulkhead/dynamodb/consumed"
        async with self._context.http.get(url) as response:
            response.raise_for_status()
            found = await response.json()
        return {
            (one["Table"], one["Index"], one["Access"]): one["Minutes"]
            for one in found
            if one["Region"] == self._context.region
        }

    async def _apply(
        self,
        key: tuple[str, str],
        target: dict[str, Any],
        configuration: dict[str, Any],
        consumed: dict[tuple[str, str, str], list[float]],
    ) -> None:
        resource, dimension = key
        _, table, *index = resource.removesuffix("/").replace("/index/", "/").split("/")
        access = "Read" if "Read" in dimension else "Write"
        name = index[0] if index else ""
        described = (await self._context.aws("dynamodb", "DescribeTable", TableName=table))["Table"]
        of_index = {one["IndexName"]: one for one in described.get("GlobalSecondaryIndexes") or []}
        throughput = (of_index.get(name, {}) if name else described).get("ProvisionedThroughput")
        current = (throughput or {}).get(f"{access}CapacityUnits") or 0
        if not throughput or not current:
            return  # on demand, or the index is gone
        ready = self._is_ready
        suspended = target.get("SuspendedState") or {}
        tracking = Tracking(
            minimum=target["MinCapacity"],
            maximum=target["MaxCapacity"],
            target_percent=configuration["TargetValue"],
            scale_out=not suspended.get("DynamicScalingOutSuspended")
            and ready(key, configuration.get("ScaleOutCooldown")),
            scale_in=not suspended.get("DynamicScalingInSuspended")
            and not configuration.get("DisableScaleIn")
            and ready(key, configuration.get("ScaleInCooldown")),
        )
        capacity = wanted(current, consumed.get((table, name, access), [0.0] * 15), tracking)
        if capacity == current:
            return
        amounts = {
            unit: throughput[unit] for unit in ("ReadCapacityUnits", "WriteCapacityUnits")
        } | {f"{access}CapacityUnits": capacity}
        change: dict[str, Any] = {"ProvisionedThroughput": amounts}
        if name:
            change = {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": name, **change}}]}
        await self._context.aws("dynamodb", "UpdateTable", TableName=table, **change)
        self._scaled[key] = time.monotonic()
        _LOG.info("%s scaled from %s to %s %s units", resource, current, capacity, access)

    def _is_ready(self, key: tuple[str, str], cooldown: int | None) -> bool:
        return time.monotonic() >= self._scaled.get(key, -math.inf) + (cooldown or 0)
