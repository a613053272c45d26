"""What the dashboards and saved queries of a shipped environment show."""

import json
import re

import pytest

from localcloud.aws.cloudwatch.dashboard_body import problems
from localcloud.telemetry.metrics import catalogue as metrics
from stacks.dashboards import build as define
from stacks.observability import Dashboards, ObservabilitySettings
from stacks.shared import Shared

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition"
MOCKED = "arn:aws:test:::"
OWN = re.compile(r"Bulkhead/\w+")
each_environment = pytest.mark.parametrize("name", ["local", "dev", "prod"])


def bodies(made):
    return {
        one.inputs["dashboardName"]: json.loads(one.inputs["dashboardBody"])
        for one in made.all(DASHBOARD)
    }


def shown(body):
    """Return namespace, name and dimensions of each metric of a dashboard."""
    rows = [
        row
        for widget in body["widgets"]
        for row in widget["properties"].get("metrics", [])
        if isinstance(row[0], str)
    ]
    return [(row[0], row[1], dict(zip(row[2:-1:2], row[3:-1:2], strict=True))) for row in rows]


def watched(alarm):
    """Return namespace, name and dimensions of each metric of an alarm."""
    queries = [one["metric"] for one in alarm.get("metricQueries", []) if one.get("metric")]
    for one in [alarm, *queries]:
        if one.get("metricName"):
            yield one["namespace"], one["metricName"], one.get("dimensions", {})


def unknown(found):
    return {
        (namespace, name, tuple(sorted(dimensions)))
        for namespace, name, dimensions in found
        if not OWN.fullmatch(namespace) and metrics.find(namespace, name, dimensions) is None
    }


@each_environment
def test_each_service_has_a_dashboard_and_the_environment_has_one(environment, catalogue, name):
    found = bodies(environment(name))

    assert set(found) == {name, *(f"{name}-{service}" for service in catalogue.services)}


@each_environment
def test_alarms_and_dashboards_name_only_metrics_that_aws_reports(environment, name):
    made = environment(name)

    assert unknown(one for alarm in made.all(ALARM) for one in watched(alarm.inputs)) == set()
    assert unknown(one for body in bodies(made).values() for one in shown(body)) == set()


@each_environment
def test_cloudwatch_takes_the_bodies(environment, name):
    for one in environment(name).all(DASHBOARD):
        body = one.inputs["dashboardBody"].replace(MOCKED, "arn:aws:cloudwatch:eu-west-1:1:alarm:")
        assert list(problems(body)) == []


def test_a_dashboard_shows_every_alarm_and_log_group_of_its_service(environment):
    made = environment("prod")
    body = bodies(made)["prod-loans"]

    arns = {
        arn
        for one in body["widgets"]
        if one["type"] == "alarm"
        for arn in one["properties"]["alarms"]
    }
    [log] = [one["properties"]["query"] for one in body["widgets"] if one["type"] == "log"]
    assert {
        "arn:aws:test:::loans-routes-slow",
        "arn:aws:test:::loans-running",
        "arn:aws:test:::loans-publisher-running",
    } <= arns
    assert not [arn for arn in arns if ":::books" in arn]
    assert {"SOURCE 'loans-task-logs'", "SOURCE 'loans-publisher-task-logs'"} <= set(
        log.split(" | ")
    )


def test_a_dashboard_shows_what_its_service_has(environment):
    found = {name: shown(body) for name, body in bodies(environment("prod")).items()}

    names = {each: {metric for _, metric, _ in rows} for each, rows in found.items()}
    assert {"RequestCount", "TargetResponseTime", "RunningTaskCount"} <= names["prod-loans"]
    assert {"Invocations", "Duration"} <= names["prod-books"]
    assert "RunningTaskCount" not in names["prod-books"]
    assert {"RequestCount", "Invocations"} <= names["prod"]


def test_a_dashboard_shows_what_the_code_and_the_logs_of_its_service_count(environment):
    rows = shown(bodies(environment("prod"))["prod-loans"])

    own = {metric: dimensions for namespace, metric, dimensions in rows if OWN.match(namespace)}
    assert own == {
        "loans-open": {"service": "loans"},
        "loans-loans-refused": {},
        "loans-errors": {},
    }


def test_saved_queries_read_the_log_groups_of_their_service(environment):
    made = environment("prod")

    found = {one.inputs["name"]: one.inputs for one in made.all(QUERY)}
    query = found["prod/loans/errors-by-code"]
    assert "loans-task-logs" in query["logGroupNames"]
    assert "stats count(*)" in query["queryString"]
    assert {name.split("/")[0] for name in found} == {"prod"}


@pytest.mark.parametrize(
    ("dashboards", "names"), [(Dashboards.ENVIRONMENT, {"test"}), (Dashboards.NONE, set())]
)
def test_an_environment_may_do_without_dashboards(build, catalogue, platform, dashboards, names):
    settings = ObservabilitySettings(dashboards=dashboards)

    made = build(lambda: define(settings, catalogue, platform, Shared()))

    assert {one.inputs["dashboardName"] for one in made.all(DASHBOARD)} == names
