"""Metrics in log lines."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.measurements import Measurement
from localcloud.telemetry.database import Database
from localcloud.telemetry.logs.events import LogEvent
from localcloud.telemetry.logs.store import LogStore
from localcloud.telemetry.metrics.emf import NOTHING, PARSING, VALIDATION, extract, listener
from localcloud.telemetry.metrics.store import MetricStore
from tests.localcloud.measured import measured

NOW = 1_800_000_000
PLACED = {"Name": "orders-placed", "Unit": "Count"}
DIRECTIVE = {"Namespace": "Bulkhead/local", "Dimensions": [["service"]], "Metrics": [PLACED]}
VALUES = {"service": "orders", "orders-placed": 2}


def line(*, directives=(DIRECTIVE,), timestamp=NOW * 1000, **values):
    metadata = {"Timestamp": timestamp, "CloudWatchMetrics": list(directives)}
    return json.dumps({"_aws": metadata, **VALUES, **values})


def reasons(message):
    return [reason for _, reason in extract(message, NOW).problems]


def test_a_metric_is_extracted():
    assert extract(line(), NOW).measurements == (
        Measurement(
            "Bulkhead/local", "orders-placed", (("service", "orders"),), "Count", NOW, {2: 1}
        ),
    )


def test_a_list_has_several_values_of_each_dimension_set():
    directive = {**DIRECTIVE, "Dimensions": [[], ["service", "shop"]]}

    found = extract(line(directives=[directive], shop="a", **{"orders-placed": [1, 1, 5]}), NOW)

    assert [one.dimensions for one in found.measurements] == [
        (),
        (("service", "orders"), ("shop", "a")),
    ]
    assert {tuple(one.values.items()) for one in found.measurements} == {((1, 2), (5, 1))}


@pytest.mark.parametrize(
    "message", ["", "GET /", '{"level": "INFO"}', '{"a": "_aws CloudWatchMetrics"}']
)
def test_other_lines_have_no_metrics(message):
    assert extract(message, NOW) is NOTHING


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (line(timestamp="now"), "Timestamp is not a number"),
        (line(timestamp=(NOW - 15 * 86_400) * 1000), "two weeks ago"),
        (json.dumps({"_aws": {"CloudWatchMetrics": 1}}), "not a list"),
        (json.dumps({"_aws": ["CloudWatchMetrics", {"CloudWatchMetrics": 1}]}), "not an object"),
        (line(directives=[1]), "a directive is not an object"),
        (line(directives=[{**DIRECTIVE, "Namespace": ""}]), "is not a namespace"),
        (line(directives=[{**DIRECTIVE, "Metrics": [PLACED] * 101}]), "101 metrics are too many"),
        (line(directives=[{**DIRECTIVE, "Dimensions": [[]] * 31}]), "31 dimension sets"),
        (line(directives=[{**DIRECTIVE, "Dimensions": [["service"] * 31]}]), "31 dimensions"),
        (line(directives=[{**DIRECTIVE, "Dimensions": [["absent"]]}]), "the dimension 'absent'"),
        (line(service=7), "the dimension 'service' is not a text"),
        (line(directives=[{**DIRECTIVE, "Metrics": [{"Name": "absent"}]}]), "no value for"),
        (line(**{"orders-placed": "many"}), "'many' is not a number"),
        (line(**{"orders-placed": [1] * 101}), "101 values are too many"),
        (
            line(directives=[{**DIRECTIVE, "Metrics": [{**PLACED, "Unit": "Pieces"}]}]),
            "'Pieces' is not a unit",
        ),
        (
            line(directives=[{**DIRECTIVE, "Metrics": [{**PLACED, "StorageResolution": 5}]}]),
            "StorageResolution is 1 or 60",
        ),
    ],
)  # fmt: skip
def test_a_broken_one_stays_a_line_and_says_why(message, reason):
    found = extract(message, NOW)

    assert found.measurements == ()
    assert [kind for kind, _ in found.problems] == [VALIDATION]
    assert reason in found.problems[0][1]


def test_a_line_that_is_not_json_is_a_parsing_error():
    assert extract(line()[:-1], NOW).problems[0][0] == PARSING


def test_one_broken_metric_does_not_hide_the_others():
    directive = {**DIRECTIVE, "Metrics": [{"Name": "absent"}, PLACED]}

    found = extract(line(directives=[directive]), NOW)

    assert [one.name for one in found.measurements] == ["orders-placed"]
    assert len(found.problems) == 1


def nested(inner):
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)


PLAIN = st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers()
JSON = st.recursive(PLAIN, nested, max_leaves=8)


@given(JSON, JSON, JSON)
def test_no_line_is_an_error_of_ours(metrics, dimensions, timestamp):
    directive = {"Namespace": "a", "Metrics": metrics, "Dimensions": dimensions}
    extract(line(directives=[directive], timestamp=timestamp), NOW)
    extract(json.dumps({"_aws": metrics, "CloudWatchMetrics": dimensions}), NOW)


def test_lines_of_a_log_group_become_metrics_and_broken_ones_are_counted(tmp_path):
    async def work():
        database = Database(tmp_path / "telemetry.db")
        store, logs = MetricStore(database), LogStore(database)
        logs.listeners.append(listener(store))
        now = int(time.time()) // 60 * 60
        lines = [line(timestamp=now * 1000), line()[:-1], "GET /"]
        events = [LogEvent(now * 1000, text, now * 1000) for text in lines]
        logs.append("1", "eu-west-1", "/services/orders", "one", events)
        found = store.series(
            "Bulkhead/local", "orders-placed", {"service": "orders"}, now, now + 60, 60
        )
        database.close()
        return [one.total for one in found]

    measured("")

    assert asyncio.run(work()) == [2]
    assert measured("AWS/Logs") == {(PARSING, ("/services/orders",)): (1, 1)}
