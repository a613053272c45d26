"""What the alarms of a service's own metrics promise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.args import InvalidArgError
from components.observability.custom_metrics import (
    CustomMetric,
    CustomMetrics,
    CustomMetricsArgs,
    MetricUnit,
)
from components.observability.metric_alarm import MetricAlarm
from tests.alarm_routing import ALARMS

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
PERMISSION = "aws:lambda/permission:Permission"


def _args(metrics, **changes):
    given = {
        "service": "orders",
        "namespace": "Bulkhead/test",
        "metrics": metrics,
        "account_id": "123456789012",
        "alarms": ALARMS,
    }
    return CustomMetricsArgs(**{**given, **changes})


def test_an_alarm_rings_after_its_minutes_and_invokes_its_function(build):
    alarm = MetricAlarm(above=60, minutes=3, invoke="outbox-repair")
    metrics = {"outbox-age": CustomMetric(unit=MetricUnit.SECONDS, alarm=alarm)}
    args = _args(
        metrics,
        functions={"outbox-repair": "arn:repair"},
        alarms=replace(ALARMS, runbook="https://wiki.test/outbox"),
    )

    made = build(lambda: CustomMetrics("orders-metrics", args))

    assert made.one(ALARM, "orders-metrics-outbox-age").inputs == {
        "alarmDescription": "outbox-age of orders is above 60 seconds - https://wiki.test/outbox",
        "namespace": "Bulkhead/test",
        "metricName": "outbox-age",
        "dimensions": {"service": "orders"},
        "threshold": 60,
        "statistic": "Maximum",
        "evaluationPeriods": 3,
        "period": 60,
        "comparisonOperator": "GreaterThanThreshold",
        "treatMissingData": "notBreaching",
        "alarmActions": ["arn:alarms", "arn:repair"],
        "okActions": ["arn:alarms"],
    }
    assert made.one(PERMISSION, "orders-metrics-outbox-age-invoke").inputs == {
        "action": "lambda:InvokeFunction",
        "function": "arn:repair",
        "principal": "lambda.alarms.cloudwatch.amazonaws.com",
        "sourceAccount": "123456789012",
        "sourceArn": "arn:aws:test:::orders-metrics-outbox-age",
    }


@pytest.mark.parametrize(
    ("unit", "alarm", "statistic"),
    [
        (MetricUnit.COUNT, MetricAlarm(above=1), "Sum"),
        (MetricUnit.BYTES, MetricAlarm(below=1), "Sum"),
        (MetricUnit.PERCENT, MetricAlarm(above=1), "Maximum"),
        (MetricUnit.MILLISECONDS, MetricAlarm(below=1), "Minimum"),
    ],
)
def test_counts_are_added_up_and_of_others_the_extreme_counts(build, unit, alarm, statistic):
    args = _args({"size": CustomMetric(unit=unit, alarm=alarm)})

    made = build(lambda: CustomMetrics("orders-metrics", args))

    assert made.one(ALARM, "orders-metrics-size").inputs["statistic"] == statistic


def test_a_metric_below_its_limit_rings_and_one_without_alarm_needs_none(build):
    alarm = MetricAlarm(below=2.5)
    args = _args({"sent": CustomMetric(alarm=alarm), "placed": CustomMetric()})

    made = build(lambda: CustomMetrics("orders-metrics", args))

    [found] = made.all(ALARM)
    assert found.inputs["comparisonOperator"] == "LessThanThreshold"
    assert found.inputs["threshold"] == 2.5
    assert found.inputs["alarmActions"] == ["arn:alarms"]
    assert made.all(PERMISSION) == []


@pytest.mark.parametrize("alarm", [{}, {"above": 1, "below": 1}, {"above": 1, "minutes": 0}])
def test_an_alarm_that_cannot_ring_is_refused(alarm):
    with pytest.raises(InvalidArgError):
        MetricAlarm(**alarm)


def test_a_function_that_is_not_passed_is_refused():
    metrics = {"age": CustomMetric(alarm=MetricAlarm(above=1, invoke="repair"))}

    with pytest.raises(InvalidArgError, match="name one of functions: none is passed"):
        _args(metrics)
