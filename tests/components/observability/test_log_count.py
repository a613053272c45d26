"""What counting in the logs of a service promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.args import InvalidArgError
from components.observability.log_count import LogCount, LogCounts, LogCountsArgs
from components.observability.metric_alarm import MetricAlarm
from tests.alarm_routing import ALARMS

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
PERMISSION = "aws:lambda/permission:Permission"
REFUSED = '{ $.event = "payment-refused" }'


def _args(counts, **changes):
    given = {
        "service": "orders",
        "namespace": "Bulkhead/test",
        "counts": counts,
        "log_group_names": {"main": "orders-logs", "relay": "relay-logs"},
        "account_id": "123456789012",
        "alarms": ALARMS,
    }
    return LogCountsArgs(**{**given, **changes})


def test_lines_are_counted_in_each_log_group_and_a_minute_without_one_is_zero(build):
    args = _args({"refused": LogCount(pattern=REFUSED)})

    made = build(lambda: LogCounts("orders-log-counts", args))

    filters = {each.name: each.inputs for each in made.all(FILTER)}
    assert filters == {
        f"orders-log-counts-refused.{writer}": {
            "logGroupName": group,
            "pattern": REFUSED,
            "metricTransformation": {
                "namespace": "Bulkhead/test",
                "name": "orders-refused",
                "value": "1",
                "defaultValue": "0",
                "unit": "Count",
            },
        }
        for writer, group in args.log_group_names.items()
    }
    assert made.all(ALARM) == []


def test_an_alarm_of_a_count_watches_its_metric_and_invokes_its_function(build):
    alarm = MetricAlarm(above=5, minutes=2, invoke="repair")
    counts = {"refused": LogCount(pattern=REFUSED, alarm=alarm)}
    args = _args(
        counts,
        functions={"repair": "arn:repair"},
        alarms=replace(ALARMS, runbook="https://wiki.test/refused"),
    )

    made = build(lambda: LogCounts("orders-log-counts", args))

    found = made.one(ALARM, "orders-log-counts-refused").inputs
    assert found["alarmDescription"] == (
        "refused in the log of orders is above 5 a minute - https://wiki.test/refused"
    )
    assert (found["namespace"], found["metricName"]) == ("Bulkhead/test", "orders-refused")
    assert (found["threshold"], found["evaluationPeriods"]) == (5, 2)
    assert found.get("dimensions", {}) == {}
    assert found["alarmActions"] == ["arn:alarms", "arn:repair"]
    assert made.one(PERMISSION, "orders-log-counts-refused-invoke").inputs["function"] == (
        "arn:repair"
    )


def test_a_pattern_that_does_not_parse_is_refused_with_its_reason():
    with pytest.raises(InvalidArgError, match=r"pattern=.*expected a value"):
        LogCount(pattern="{ $.event = }")


def test_more_expressions_than_a_log_group_may_have_are_refused():
    counts = {f"count-{number}": LogCount(pattern="%a[0-9]%") for number in range(6)}

    with pytest.raises(InvalidArgError, match="at most 5 patterns with regular expressions"):
        _args(counts)


def test_a_function_that_is_not_passed_is_refused():
    counts = {"refused": LogCount(pattern="a", alarm=MetricAlarm(above=1, invoke="repair"))}

    with pytest.raises(InvalidArgError, match="name one of functions: none is passed"):
        _args(counts)
