"""The part `scaling`: evaluates the policies of ECS services once a minute."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.telemetry.alarms.math.queries import QueryError, results
from localcloud.telemetry.scaling.activities import Activities
from localcloud.telemetry.scaling.scaling import Scaling
from localcloud.telemetry.scaling.services import Services

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.metrics.store import MetricStore

_LOG = logging.getLogger(__name__)

MINUTE = 60
AFTER_SECONDS = 25
"""Second of the minute: by then every process has sent its measurements of the last one."""


class StoredMetrics:
    """Evaluates metric data queries on the metrics of this process."""

    def __init__(self, store: MetricStore) -> None:
        """Read *store*."""
        self._store = store

    def __call__(
        self, queries: Sequence[Mapping[str, Any]], start: int, end: int
    ) -> Mapping[int, float]:
        """Return the values of the query that returns data; raises ValueError if it has none."""
        returned = [one["Id"] for one in queries if one.get("ReturnData", True)]
        if len(returned) != 1:
            raise QueryError(f"{len(returned)} queries return data: let exactly one return data")

        def fetch(stat: Mapping[str, Any], period: int) -> dict[int, float]:
            metric = stat["Metric"]
            dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or []}
            found = self._store.series(
                metric["Namespace"], metric["MetricName"], dimensions, start, end, period
            )
            return {point.time: point.statistic(stat["Stat"]) for point in found}

        value = results(queries, range(start, end, MINUTE), MINUTE, fetch)[returned[0]]
        if not isinstance(value, dict):
            raise QueryError(f"{returned[0]} is a number: use a time series")
        return value


def install(context: TelemetryContext) -> None:
    """Create the table of activities, and answer DescribeScalingActivities."""
    context.activities = Activities(context.database)
    context.operations["application-autoscaling", "DescribeScalingActivities"] = (
        context.activities.describe
    )
    context.scaling = Scaling(
        Services(context.aws), StoredMetrics(context.metrics), context.activities
    )


async def run(context: TelemetryContext) -> None:
    """Evaluate until cancelled."""
    context.ready("scaling")
    while True:
        await asyncio.sleep(MINUTE - (time.time() - AFTER_SECONDS) % MINUTE)
        try:
            await context.scaling.evaluate()
        except (ClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            _LOG.info("scaling policies cannot be evaluated: %r", error)
