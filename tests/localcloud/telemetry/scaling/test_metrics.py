"""The metrics of policies, predefined and with metric math, on measured values."""

from __future__ import annotations

import time

import pytest

from localcloud.measurements import Measurement
from localcloud.telemetry.database import Database
from localcloud.telemetry.metrics.store import MetricStore
from localcloud.telemetry.scaling.queries import queries
from localcloud.telemetry.scaling.run import StoredMetrics
from tests.localcloud.provider.examples.appautoscaling import BACKLOG

RESOURCE = "service/services/orders-worker"
NOW = int(time.time()) // 60 * 60
OF_SERVICE = {"ClusterName": "services", "ServiceName": "orders-worker"}
OF_TARGETS = {"TargetGroup": "targetgroup/orders/943f"}
LABEL = "app/shop/50dc/targetgroup/orders/943f"


def named(value):
    """Return *value* with the names of the API: `targetValue` is TargetValue there."""
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: named(one) for key, one in value.items()}
    return [named(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
async def store(tmp_path):
    database = Database(tmp_path / "t.db")
    yield MetricStore(database)
    database.close()


def measured(namespace, name, dimensions, values, minutes_ago=1):
    at = NOW - 60 * minutes_ago
    return Measurement(
        namespace, name, tuple(sorted(dimensions.items())), "Count", at, dict.fromkeys(values, 1)
    )


async def test_metric_math_divides_the_backlog_by_the_tasks(store):
    configuration = named(BACKLOG)
    metrics = configuration["CustomizedMetricSpecification"]["Metrics"]
    for one in metrics:
        if "MetricStat" in one:
            found = one["MetricStat"]["Metric"]
            dimensions = {pair["Name"]: pair["Value"] for pair in found["Dimensions"]}
            values = [2] if found["MetricName"] == "RunningTaskCount" else [50]
            store.add([measured(found["Namespace"], found["MetricName"], dimensions, values)])

    found = StoredMetrics(store)(queries(configuration, RESOURCE), NOW - 900, NOW)

    waiting = sum("SQS" in str(one) for one in metrics)
    assert found == {NOW - 60: 50 * waiting / 2}


async def test_a_metric_that_is_filled_is_zero_while_tasks_run(store):
    total = {"Namespace": "Shop", "MetricName": "kept", "Dimensions": []}
    running = {
        "Namespace": "ECS/ContainerInsights",
        "MetricName": "RunningTaskCount",
        "Dimensions": [{"Name": name, "Value": value} for name, value in OF_SERVICE.items()],
    }
    metrics = [
        {"Id": "total", "MetricStat": {"Metric": total, "Stat": "Sum"}, "ReturnData": False},
        {
            "Id": "running",
            "MetricStat": {"Metric": running, "Stat": "Average"},
            "ReturnData": False,
        },
        {"Id": "per_task", "Expression": "FILL(total, 0) / running", "ReturnData": True},
    ]
    configuration = {"CustomizedMetricSpecification": {"Metrics": metrics}}
    store.add([measured("Shop", "kept", {}, [60], minutes_ago=3)])
    for ago in (1, 3):
        store.add(
            [
                measured(
                    "ECS/ContainerInsights", "RunningTaskCount", OF_SERVICE, [2], minutes_ago=ago
                )
            ]
        )

    found = StoredMetrics(store)(queries(configuration, RESOURCE), NOW - 900, NOW)

    assert found == {NOW - 180: 30, NOW - 60: 0}


@pytest.mark.parametrize(
    ("specification", "metric", "value"),
    [
        (
            {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            ("AWS/ECS", "CPUUtilization", OF_SERVICE),
            20,
        ),
        (
            {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"},
            ("AWS/ECS", "MemoryUtilization", OF_SERVICE),
            20,
        ),
        (
            {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": LABEL},
            ("AWS/ApplicationELB", "RequestCountPerTarget", OF_TARGETS),
            40,
        ),
    ],
)
async def test_predefined_metrics(store, specification, metric, value):
    store.add([measured(*metric, [10, 30])])
    configuration = {"TargetValue": 1, "PredefinedMetricSpecification": specification}

    found = StoredMetrics(store)(queries(configuration, RESOURCE), NOW - 900, NOW)

    assert found == {NOW - 60: value}


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        ({}, "no metric"),
        ({"PredefinedMetricSpecification": {"PredefinedMetricType": "Other"}}, "not evaluated"),
        (
            {"CustomizedMetricSpecification": {"Metrics": [{"Id": "a", "Expression": "1"}]}},
            "number",
        ),
        (
            {
                "CustomizedMetricSpecification": {
                    "Metrics": [{"Id": "a", "Expression": "1", "ReturnData": False}]
                }
            },
            "0 queries",
        ),
    ],
)
async def test_what_is_not_evaluated_is_named(store, configuration, told):
    with pytest.raises(ValueError, match=told):
        StoredMetrics(store)(queries(configuration, RESOURCE), NOW - 900, NOW)
