"""What the dashboards of services and environments contain."""

import dataclasses
import json

import pytest

from components.args import InvalidArgError
from components.observability import dashboard_body
from components.observability.dashboard_body import environment_body, service_body
from components.observability.environment_dashboard import (
    EnvironmentDashboard,
    EnvironmentDashboardArgs,
)
from components.observability.panels import every_metric
from components.observability.parts import OwnMetric, Part, PartKind, ServiceParts
from components.observability.service_dashboard import ServiceDashboard, ServiceDashboardArgs
from localcloud.telemetry.alarms.math import queries
from localcloud.telemetry.metrics import catalogue

DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
SHOP = {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/orders/2"}
ENTRANCE = Part(kind=PartKind.ENTRANCE, name="orders", dimensions=SHOP)
QUEUE = Part(kind=PartKind.QUEUE, name="orders-paid", dimensions={"QueueName": "paid"})
FUNCTION = Part(kind=PartKind.FUNCTION, name="orders", dimensions={"FunctionName": "f"})
ALARM = "arn:aws:cloudwatch:eu-west-1:1:alarm:slow"
ORDERS = ServiceParts(
    service="orders",
    parts=[ENTRANCE, QUEUE],
    own=[
        OwnMetric(
            name=name,
            dimensions=dimensions,
            title=title,
            namespace="Bulkhead/test",
            statistic="Sum",
        )
        for name, dimensions, title in [
            ("orders-placed", {"service": "orders"}, "orders-placed"),
            ("orders-refused", {}, "refused (log lines)"),
        ]
    ],
    alarms={"slow": ALARM},
    log_groups=["orders-logs", "relay-logs"],
    availability_percent=99.9,
    slow_ms=300,
)


def by_title(body):
    return {one["properties"].get("title", one["type"]): one for one in body["widgets"]}


def test_a_dashboard_has_a_chart_for_what_the_service_has_and_no_other():
    body = service_body(ORDERS, "# orders", "eu-west-1", "fields @message")

    assert list(by_title(body)) == [
        "text",
        "Alarms",
        "Error budget left (28 days)",
        "Requests",
        "Errors",
        "Response time",
        "Messages in queues",
        "Oldest message",
        "orders-placed",
        "refused (log lines)",
        "Latest errors",
    ]


def test_charts_of_own_metrics_name_those_that_code_and_patterns_count():
    widgets = by_title(service_body(ORDERS, "", "eu-west-1", None))

    [of_code] = widgets["orders-placed"]["properties"]["metrics"]
    [of_lines] = widgets["refused (log lines)"]["properties"]["metrics"]
    assert of_code[:-1] == ["Bulkhead/test", "orders-placed", "service", "orders"]
    assert of_lines[:-1] == ["Bulkhead/test", "orders-refused"]


def test_a_chart_names_metrics_dimensions_and_the_objective():
    widget = by_title(service_body(ORDERS, "", "eu-west-1", None))["Response time"]

    named = ["AWS/ApplicationELB", "TargetResponseTime"]
    named += ["LoadBalancer", "app/shop/1", "TargetGroup", "targetgroup/orders/2"]
    assert widget["properties"] == {
        "title": "Response time",
        "view": "timeSeries",
        "stacked": False,
        "region": "eu-west-1",
        "period": 60,
        "metrics": [
            [*named, {"stat": "p50", "label": "orders p50"}],
            [*named, {"stat": "p99", "label": "orders p99"}],
        ],
        "yAxis": {"left": {"min": 0, "label": "Seconds", "showUnits": False}},
        "annotations": {"horizontal": [{"label": "objective of p99: 300 ms", "value": 0.3}]},
    }


@pytest.mark.parametrize(
    ("requests", "errors", "left"),
    [
        ([1000, 3000], {1: 1}, 75.0),
        ([1000, 1000], {0: 2, 1: 2}, -100.0),
        ([500], {}, 100.0),
        ([], {}, None),
    ],
)
def test_the_budget_left_is_what_the_errors_of_the_time_have_not_used(requests, errors, left):
    body = service_body(ORDERS, "", "eu-west-1", None)
    rows = by_title(body)["Error budget left (28 days)"]["properties"]["metrics"]
    measured = {"RequestCount": dict(enumerate(requests)), "HTTPCode_Target_5XX_Count": errors}
    asked = [
        {"Id": row[-1]["id"], "Expression": row[-1]["expression"]}
        if "expression" in row[-1]
        else {"Id": row[-1]["id"], "MetricStat": {"Metric": row[1], "Period": 1, "Stat": "Sum"}}
        for row in rows
    ]

    found = queries.results(
        asked, range(len(requests)), 1, lambda stat, _: measured[stat["Metric"]]
    )

    values = set(found["left"].values())
    assert {round(one, 6) for one in values} == ({left} if left is not None else set())


def test_a_service_without_entrance_has_the_budget_of_its_function():
    parts = dataclasses.replace(ORDERS, parts=[FUNCTION])

    body = service_body(parts, "", "eu-west-1", None)

    rows = by_title(body)["Error budget left (28 days)"]["properties"]["metrics"]
    assert [row[1] for row in rows[:2]] == ["Invocations", "Errors"]


def test_a_worker_that_answers_nobody_has_no_budget():
    body = service_body(dataclasses.replace(ORDERS, parts=[QUEUE]), "", "eu-west-1", None)

    assert "Error budget left (28 days)" not in by_title(body)


def test_more_metrics_and_alarms_than_a_widget_takes_are_spread_over_several():
    many = [dataclasses.replace(QUEUE, name=f"q{number}") for number in range(1001)]
    alarms = {str(number): ALARM for number in range(101)}
    services = [dataclasses.replace(ORDERS, parts=many, alarms=alarms), ORDERS]

    widgets = environment_body(services, "", "eu-west-1")["widgets"]

    oldest = [one for one in widgets if one["properties"].get("title") == "Oldest message"]
    assert [len(one["properties"]["metrics"]) for one in oldest] == [500, 500, 2]
    shown = [one["properties"]["alarms"] for one in widgets if one["type"] == "alarm"]
    assert list(map(len, shown)) == [100, 1, 1]


def test_more_widgets_than_cloudwatch_draws_are_refused(monkeypatch):
    monkeypatch.setattr(dashboard_body, "MAX_WIDGETS", 3)

    with pytest.raises(InvalidArgError, match="at most 3 widgets"):
        service_body(ORDERS, "", "eu-west-1", None)


def test_widgets_lie_in_rows_that_do_not_overlap():
    widgets = service_body(ORDERS, "", "eu-west-1", "fields @message")["widgets"]

    taken = [
        (x, y)
        for one in widgets
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_every_metric_of_a_chart_is_one_that_aws_reports():
    reported = {(one.namespace, one.name) for one in catalogue.CATALOGUE}

    assert {(one.of_namespace, one.metric) for one in every_metric()} <= reported


def test_the_dashboard_of_a_service_says_what_it_is_and_reads_its_log_groups(build):
    args = ServiceDashboardArgs(
        dashboard_name="test-orders",
        region="eu-west-1",
        parts=ORDERS,
        description="Takes orders.",
        owner="checkout",
        queries="test/orders",
    )

    made = build(lambda: ServiceDashboard("orders", args))

    found = made.one(DASHBOARD, "orders-dashboard").inputs
    widgets = json.loads(found["dashboardBody"])["widgets"]
    assert found["dashboardName"] == "test-orders"
    assert widgets[0]["properties"]["markdown"] == (
        "# orders\n\nTakes orders.\n\n"
        "Objectives: 99.9 % of requests succeed, and the p99 is at most 300 ms.\n\n"
        "Owner: checkout.\n\nSaved queries of Logs Insights: `test/orders/`.\n\n"
        "A deployment overwrites what is changed here by hand."
    )
    assert widgets[-1]["properties"]["query"].startswith(
        "SOURCE 'orders-logs' | SOURCE 'relay-logs' | fields @timestamp"
    )


def test_the_dashboard_of_an_environment_links_those_of_its_services(build):
    args = EnvironmentDashboardArgs(
        dashboard_name="test",
        region="eu-west-1",
        services=[ORDERS],
        dashboards={"orders": "test-orders"},
    )

    made = build(lambda: EnvironmentDashboard("environment", args))

    body = json.loads(made.one(DASHBOARD, "environment-dashboard").inputs["dashboardBody"])
    assert "[orders](#dashboards:name=test-orders)" in body["widgets"][0]["properties"]["markdown"]
    assert list(by_title(body)) == [
        "text",
        "Requests",
        "Errors",
        "Response time",
        "Oldest message",
        "Alarms of orders",
    ]
