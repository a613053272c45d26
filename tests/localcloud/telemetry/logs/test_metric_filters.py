"""Metric filters turn matching events into values, as CloudWatch Logs documents it."""

from __future__ import annotations

import json

from localcloud.telemetry.logs import LogBatch, StoredEvent
from localcloud.telemetry.logs.metric_filters import MetricFilters

REGION, GROUP, MINUTE = "eu-west-1", "/shop", 1_200


def declared(pattern, **made):
    one = {"metricName": "m", "metricNamespace": "Shop", "metricValue": "1", **made}
    return {
        "region": REGION,
        "logGroupName": GROUP,
        "filterName": "f",
        "filterPattern": pattern,
        "metricTransformations": [one],
    }


def measured(pattern, *messages, now=MINUTE, group=GROUP, **made):
    filters = MetricFilters()
    filters.configure([declared(pattern, **made)])
    events = [
        StoredEvent(n, REGION, group, "s", MINUTE * 1000 + n, 0, text, None, None, None)
        for n, text in enumerate(messages)
    ]
    filters.read(LogBatch("1", REGION, group, "s", events))
    return [(dict(one.dimensions), dict(one.values)) for one in filters.take(now)]


def test_each_matching_event_counts():
    assert measured("ERROR", "ERROR 1", "INFO", "ERROR 2") == [({}, {1.0: 2})]
    assert measured("ERROR", "ERROR", group="/other") == []


def test_values_and_dimensions_come_from_the_event():
    lines = [json.dumps({"ms": ms, "route": "/a"}) for ms in (5, 7.5)]

    found = measured("{ $.ms = * }", *lines, metricValue="$.ms", dimensions={"Route": "$.route"})

    assert found == [({"Route": "/a"}, {5.0: 1, 7.5: 1})]


def test_an_event_without_the_value_or_a_dimension_counts_nothing():
    line = json.dumps({"ms": "slow"})

    assert measured("{ $.ms = * }", line, metricValue="$.ms") == []
    assert measured("{ $.ms = * }", line, dimensions={"Route": "$.route"}) == []


def test_fields_of_delimited_lines_are_values():
    assert measured("[ip, ms]", "10.0.0.1 12", metricValue="$ms") == [({}, {12.0: 1})]


def test_a_minute_with_events_but_without_a_match_has_the_default():
    later = MINUTE + 200

    assert measured("ERROR", "INFO", "INFO", now=MINUTE + 60, defaultValue=0) == []
    assert measured("ERROR", "INFO", "INFO", now=later, defaultValue=0) == [({}, {0.0: 1})]
    assert measured("ERROR", "INFO", "ERROR", now=later, defaultValue=0) == [({}, {1.0: 1})]
    assert measured("ERROR", now=later, defaultValue=0) == []
