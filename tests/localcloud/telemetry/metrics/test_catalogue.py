"""The table of metrics, and what the shipped environments ask of it."""

from __future__ import annotations

import json

import pytest

from localcloud.telemetry.metrics.catalogue import CATALOGUE, find
from localcloud.telemetry.metrics.values import UNITS, checked_namespace

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
POLICY = "aws:appautoscaling/policy:Policy"
OF_AWS = ("AWS/", "ECS/")


def of_alarms(made):
    """Yield namespace, name and dimensions of every metric that an alarm names."""
    for alarm in made.all(ALARM):
        given = alarm.inputs
        if given.get("metricName"):
            yield given["namespace"], given["metricName"], given.get("dimensions") or {}
        for query in given.get("metricQueries") or []:
            if metric := query.get("metric"):
                yield metric["namespace"], metric["metricName"], metric.get("dimensions") or {}


def of_policies(made):
    """Yield the same of scaling policies."""
    for policy in made.all(POLICY):
        tracking = policy.inputs.get("targetTrackingScalingPolicyConfiguration") or {}
        customized = tracking.get("customizedMetricSpecification") or {}
        for query in customized.get("metrics") or []:
            if stat := query.get("metricStat"):
                metric = stat["metric"]
                pairs = {one["name"]: one["value"] for one in metric.get("dimensions") or []}
                yield metric["namespace"], metric["metricName"], pairs


@pytest.mark.parametrize("name", ["local", "dev", "prod", "gallery"])
def test_alarms_and_scaling_name_metrics_of_the_table(environment, name):
    made = environment(name)
    named = [*of_alarms(made), *of_policies(made)]

    unknown = {
        f"{namespace} {metric} {json.dumps(sorted(dimensions))}"
        for namespace, metric, dimensions in named
        if namespace.startswith(OF_AWS) and find(namespace, metric, dimensions) is None
    }
    assert named
    assert unknown == set()


def test_the_table_keeps_the_rules_of_cloudwatch():
    assert {one.unit for one in CATALOGUE} <= UNITS
    for one in CATALOGUE:
        checked_namespace(one.namespace)
        assert one.dimension_sets
    keys = [(one.namespace, one.name, sets) for one in CATALOGUE for sets in one.dimension_sets]
    assert len(keys) == len(set(keys))


def test_a_metric_needs_exactly_its_dimensions():
    assert find("AWS/SQS", "NumberOfMessagesSent", ["QueueName"])
    assert find("AWS/SQS", "NumberOfMessagesSent", []) is None
    assert find("AWS/ApiGateway", "5XXError", ["ApiId"]) is None  # the name of REST APIs
