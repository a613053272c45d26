"""What the alarms on an objective promise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.args import InvalidArgError
from components.objectives import MAX_AVAILABILITY, MIN_AVAILABILITY, Objectives
from components.observability.objective import (
    BURN_RATES,
    Objective,
    ObjectiveArgs,
    burn_expression,
)
from components.request_metrics import RequestMetrics
from tests.alarm_routing import ALARMS

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
METRICS = RequestMetrics(
    namespace="AWS/ApplicationELB",
    dimensions={"TargetGroup": "targetgroup/orders/1"},
    requests="RequestCount",
    errors="HTTPCode_Target_5XX_Count",
    unreachable="TargetConnectionErrorCount",
    latency="TargetResponseTime",
    latency_in_seconds=True,
)


def made_of(build, **changes):
    given = {
        "metrics": METRICS,
        "objectives": Objectives(availability_percent=99.9, p99_ms=300),
        "alarms": ALARMS,
    }
    return build(lambda: Objective("orders", ObjectiveArgs(**{**given, **changes})))


def query(id_, metric, period):
    return {
        "id": id_,
        "metric": {
            "namespace": "AWS/ApplicationELB",
            "metricName": metric,
            "dimensions": {"TargetGroup": "targetgroup/orders/1"},
            "period": period,
            "stat": "Sum",
        },
    }


@pytest.mark.parametrize(
    ("window", "seconds", "threshold"),
    [
        ("burn-fast-1h", 3600, 14.4),
        ("burn-fast-5m", 300, 14.4),
        ("burn-slow-6h", 21600, 6.0),
        ("burn-slow-30m", 1800, 6.0),
    ],
)
def test_each_window_divides_the_share_of_errors_by_the_budget(build, window, seconds, threshold):
    made = made_of(build)

    inputs = made.one(ALARM, f"orders-{window}").inputs

    assert inputs.pop("alarmDescription").startswith("orders spent its error budget too fast")
    assert inputs == {
        "metricQueries": [
            {
                "id": "result",
                "expression": "IF(total >= 20, 100 * FILL(errors, 0) / total / 0.1, 0)",
                "label": "result",
                "returnData": True,
            },
            query("total", "RequestCount", seconds),
            query("errors", "HTTPCode_Target_5XX_Count", seconds),
        ],
        "threshold": threshold,
        "evaluationPeriods": 1,
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "treatMissingData": "notBreaching",
    }


@pytest.mark.parametrize(
    ("rate", "windows", "topic"),
    [("fast", ("1h", "5m"), "arn:alarms"), ("slow", ("6h", "30m"), "arn:tickets")],
)
def test_a_composite_of_both_windows_alone_notifies(build, rate, windows, topic):
    made = made_of(build, alarms=replace(ALARMS, runbooks="https://docs.test/runbooks"))

    inputs = made.one(COMPOSITE, f"orders-burn-{rate}").inputs

    read = [f"orders-burn-{rate}-{window}" for window in windows]
    assert inputs["alarmRule"] == f'ALARM("{read[0]}") AND ALARM("{read[1]}")'
    assert inputs["alarmName"] == f"{read[0]}-error-budget-{rate}"
    assert inputs["alarmActions"] == inputs["okActions"] == [topic]
    link = f" - https://docs.test/runbooks#error-budget-{rate}"
    assert inputs["alarmDescription"].endswith(link)


def test_a_quiet_entrance_pages_when_every_request_of_ten_minutes_failed(build):
    made = made_of(build)

    inputs = made.one(ALARM, "orders-all-failed").inputs

    assert inputs["alarmActions"] == ["arn:alarms"]
    assert inputs["threshold"] == 100
    failed = "FILL(errors, 0) + FILL(unreachable, 0)"
    assert inputs["metricQueries"][0]["expression"] == (
        f"IF(total >= 3, 100 * ({failed}) / total, 0)"
    )
    assert inputs["metricQueries"][1:] == [
        query("total", "RequestCount", 600),
        query("errors", "HTTPCode_Target_5XX_Count", 600),
        query("unreachable", "TargetConnectionErrorCount", 600),
    ]


def test_latency_is_the_share_of_minutes_whose_p99_breaks_the_promise(build):
    made = made_of(build)

    inputs = made.one(ALARM, "orders-slow").inputs

    assert (inputs["extendedStatistic"], inputs["threshold"]) == ("p99", 0.3)
    assert (inputs["evaluationPeriods"], inputs["datapointsToAlarm"]) == (60, 9)
    assert inputs["alarmActions"] == ["arn:tickets"]


def test_without_a_promise_of_latency_there_is_no_alarm_on_it(build):
    metrics = replace(METRICS, unreachable=None)

    made = made_of(build, metrics=metrics, objectives=Objectives(availability_percent=99.5))

    assert "orders-slow" not in [one.name for one in made.all(ALARM)]
    queries = made.one(ALARM, "orders-all-failed").inputs["metricQueries"]
    assert [one["id"] for one in queries] == ["result", "total", "errors"]


@pytest.mark.parametrize("percent", [100, 89.9])
def test_an_objective_that_no_alarm_can_watch_is_refused(percent):
    with pytest.raises(InvalidArgError, match=r"use 90 to 99\.999: without an error budget"):
        Objectives(availability_percent=percent)


def test_a_p99_of_nothing_is_refused():
    with pytest.raises(InvalidArgError, match="use 1 or more, or leave it out"):
        Objectives(p99_ms=0)


@given(st.floats(MIN_AVAILABILITY, MAX_AVAILABILITY))
def test_a_total_outage_breaches_every_burn_rate_and_a_kept_promise_none(percent):
    objectives = Objectives(availability_percent=percent)

    budget = float(burn_expression(objectives).rpartition("/")[2].split(",")[0])

    assert budget == objectives.budget_percent > 0
    assert budget + percent == pytest.approx(100, abs=1e-6)
    for pair in BURN_RATES:
        rate = objectives.burn_rate(pair.factor)
        assert 1 < rate <= pair.factor
        assert 100 / budget >= rate
