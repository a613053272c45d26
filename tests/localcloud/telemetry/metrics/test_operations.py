"""CloudWatch's operations on metric data."""

from __future__ import annotations

import asyncio
import time

import pytest

from localcloud.telemetry.database import Database
from localcloud.telemetry.metrics.operations import of_statistics, operations
from localcloud.telemetry.metrics.store import MetricStore
from localcloud.telemetry.operations import Call, OperationError

CALL = Call("000000000000", "eu-central-1")
MINUTE = int(time.time()) // 60 * 60 - 600
SPAN = {"StartTime": MINUTE, "EndTime": MINUTE + 300}
WAITING = {"Namespace": "Shop", "MetricName": "Waiting"}
BY_SHOP = {"Dimensions": [{"Name": "shop", "Value": "a"}]}


@pytest.fixture
def call(tmp_path):
    """Run operations in order; return the last result."""

    def run(*calls):
        async def go():
            database = Database(tmp_path / "telemetry.db")
            handlers = operations(MetricStore(database))
            try:
                found = [await handlers[name](given, CALL) for name, given in calls]
                return found[-1]
            finally:
                database.close()

        return asyncio.run(go())

    return run


def put(*entries, namespace="Shop"):
    data = [{"MetricName": "Waiting", "Timestamp": MINUTE, **BY_SHOP, **one} for one in entries]
    return "PutMetricData", {"Namespace": namespace, "MetricData": data}


def statistics(**more):
    wanted = {**WAITING, **BY_SHOP, **SPAN, "Period": 60, "Statistics": ["Sum", "Maximum"], **more}
    return "GetMetricStatistics", wanted


def test_values_are_read_as_they_were_put(call):
    found = call(
        put({"Value": 4}, {"Values": [1, 2], "Counts": [3, 1], "Unit": "None"}),
        statistics(ExtendedStatistics=["p50"]),
    )

    assert found == {
        "Label": "Waiting",
        "Datapoints": [
            {
                "Timestamp": MINUTE,
                "Unit": "None",
                "Sum": 9,
                "Maximum": 4,
                "ExtendedStatistics": {"p50": 1},
            }
        ],
    }


def test_each_unit_has_its_own_datapoints(call):
    given = put({"Value": 4, "Unit": "Seconds"}, {"Value": 1, "Unit": "Count"})

    both = call(given, statistics())
    one = call(statistics(Unit="Seconds"))

    assert [(p["Unit"], p["Sum"]) for p in both["Datapoints"]] == [("Count", 1), ("Seconds", 4)]
    assert [p["Sum"] for p in one["Datapoints"]] == [4]


@pytest.mark.parametrize(
    "given",
    [
        {"SampleCount": 5, "Sum": 20, "Minimum": 1, "Maximum": 9},
        {"SampleCount": 2, "Sum": 10, "Minimum": 1, "Maximum": 9},
        {"SampleCount": 3, "Sum": 6, "Minimum": 2, "Maximum": 2},
        {"SampleCount": 1, "Sum": 7, "Minimum": 7, "Maximum": 7},
    ],
)
def test_statistic_values_keep_their_four_numbers(given):
    found = of_statistics(given)

    assert sum(found.values()) == given["SampleCount"]
    assert sum(value * count for value, count in found.items()) == given["Sum"]
    assert (min(found), max(found)) == (given["Minimum"], given["Maximum"])


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({}, "exactly one of Value, Values and StatisticValues"),
        ({"Value": 1, "Values": [1]}, "exactly one of"),
        ({"Value": float("inf")}, "outside of"),
        ({"Values": [1, 2], "Counts": [1]}, "2 values have 1 counts"),
        ({"Values": list(range(151))}, "151 values are too many"),
        ({"Values": [1], "Counts": [0]}, "use a number above 0"),
        ({"Value": 1, "Unit": "Pieces"}, "'Pieces' is not a unit"),
        ({"Value": 1, "Timestamp": MINUTE - 15 * 86_400}, "more than two weeks ago"),
        ({"Value": 1, "MetricName": ""}, "is not a name"),
        ({"Value": 1, "Dimensions": [{"Name": "a", "Value": " "}]}, "value of the dimension 'a'"),
        ({"Value": 1, "Dimensions": [{"Name": "a", "Value": "b"}] * 2}, "given twice"),
        (
            {"Value": 1, "Dimensions": [{"Name": f"d{n}", "Value": "b"} for n in range(31)]},
            "31 dimensions are too many",
        ),
        ({"StatisticValues": {"SampleCount": 2, "Sum": 1, "Minimum": 3, "Maximum": 1}}, "at most"),
    ],
)
def test_what_cloudwatch_refuses_is_refused(call, entry, text):
    with pytest.raises(OperationError, match=text) as refused:
        call(put({"Value": 1}, entry))

    assert refused.value.code == "InvalidParameterValue"
    assert refused.value.message.startswith("MetricData.member.2: ")
    assert call(statistics())["Datapoints"] == []  # all or nothing


def test_namespaces_of_aws_are_reserved(call):
    with pytest.raises(OperationError, match="must not begin with AWS/"):
        call(put({"Value": 1}, namespace="AWS/SQS"))


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"Period": 30}, "Period=30 is refused"),
        ({"Period": 90}, "keeps minutes"),
        ({"EndTime": MINUTE}, "StartTime must be less than EndTime"),
        ({"StartTime": MINUTE - 100_000}, "more than 1440 datapoints"),
        ({"Statistics": []}, "at least one of"),
        ({"Statistics": ["p99"]}, "'p99' is not one of SampleCount"),
        ({"ExtendedStatistics": ["tm99"]}, "does not compute tm99"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(call, more, text):
    with pytest.raises(OperationError, match=text):
        call(statistics(**more))


def query(name, **more):
    return {
        "Id": name,
        "MetricStat": {"Metric": {**WAITING, **BY_SHOP}, "Period": 60, "Stat": "Sum"},
        **more,
    }


def test_several_series_are_read_latest_first(call):
    given = put({"Value": 4}, {"Value": 6, "Timestamp": MINUTE + 60})
    hidden = query("hidden", ReturnData=False)

    wanted = {"MetricDataQueries": [query("one", Label="Waiting orders"), hidden], **SPAN}
    found = call(given, ("GetMetricData", wanted))
    ascending = call(("GetMetricData", {**wanted, "ScanBy": "TimestampAscending"}))

    assert found["MetricDataResults"] == [
        {
            "Id": "one",
            "Label": "Waiting orders",
            "Timestamps": [MINUTE + 60, MINUTE],
            "Values": [6, 4],
            "StatusCode": "Complete",
        }
    ]
    assert ascending["MetricDataResults"][0]["Values"] == [4, 6]


@pytest.mark.parametrize(
    ("queries", "text"),
    [
        ([query("a"), query("a")], "'a' is given twice"),
        ([{"Id": "a"}], "neither MetricStat nor Expression"),
        ([query("a"), {"Id": "b", "Expression": "a +"}], "b: "),
        ([query("a"), {"Id": "b", "Expression": "1 + 1"}], "'b' is not a time series"),
    ],
)
def test_queries_that_are_not_understood_are_refused(call, queries, text):
    with pytest.raises(OperationError, match=text):
        call(("GetMetricData", {"MetricDataQueries": queries, **SPAN}))


def test_expressions_are_evaluated(call):
    asked = [
        {**query("a"), "ReturnData": False},
        {"Id": "twice", "Expression": "2 * sum", "Label": "Twice"},
        {"Id": "sum", "Expression": "SUM([a, a])"},
    ]
    found = call(put({"Value": 4}), ("GetMetricData", {"MetricDataQueries": asked, **SPAN}))

    assert [(one["Label"], one["Values"]) for one in found["MetricDataResults"]] == [
        ("Twice", [16]),
        ("sum", [8]),
    ]


def test_metrics_are_listed_by_dimension_and_in_pages(call):
    entries = [
        {"Value": 1, "Dimensions": [{"Name": "shop", "Value": f"{n:04}"}]} for n in range(501)
    ]

    first = call(put(*entries), ("ListMetrics", {"Namespace": "Shop"}))
    second = call(("ListMetrics", {"Namespace": "Shop", "NextToken": first["NextToken"]}))
    by_value = {"Dimensions": [{"Name": "shop", "Value": "0007"}]}
    one = call(("ListMetrics", by_value))
    none = call(("ListMetrics", {"Dimensions": [{"Name": "other"}]}))

    assert len(first["Metrics"]) == 500
    assert second == {
        "Metrics": [
            {**WAITING, "Dimensions": [{"Name": "shop", "Value": "0500"}]},
        ]
    }
    assert one["Metrics"] == [{**WAITING, **by_value}]
    assert none["Metrics"] == []
