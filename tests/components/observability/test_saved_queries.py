"""What the saved queries of a service promise."""

import json

import pytest

from components.args import InvalidArgError
from components.observability.saved_queries import (
    LATEST_ERRORS,
    QUERIES,
    SavedQueries,
    SavedQueriesArgs,
    latest_errors,
)
from localcloud.telemetry.insights.evaluation import evaluate
from localcloud.telemetry.insights.parser import parse
from localcloud.telemetry.insights.rows import Event

QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition"
TIME = 1_764_486_123_000
IDS = {"correlation_id": "c-1", "trace_id": "5f" * 16, "span_id": "ab" * 8}
TEXT_REPORT = "REPORT RequestId: 7a\tDuration: 950.12 ms\tBilled Duration: 951 ms"
REPORT = json.dumps({"type": "platform.report", "record": {"metrics": {"durationMs": 20.5}}})


def line(level, message, **fields):
    """Return a line as kit.log writes it."""
    moment = "2026-11-30T10:00:00.000+00:00"
    about = {"timestamp": moment, "level": level, "service": "orders", "logger": "orders"}
    return json.dumps({**about, "message": message, **IDS, **fields})


def request(status, milliseconds):
    return line("INFO", "request", method="GET", path="/", status=status, milliseconds=milliseconds)


LINES = [
    request(200, 3.5),
    request(503, 812.0),
    line("ERROR", "payment refused"),
    line("ERROR", "payment refused"),
    "a line of another program",
    TEXT_REPORT,
    REPORT,
]


def rows(text):
    events = [
        Event(TIME + number, one, "stream", "/aws/lambda/orders", TIME, number)
        for number, one in enumerate(LINES)
    ]
    found = evaluate(parse(text), reversed(events), 10_000).rows
    return [{name: value for name, value in row if name != "@ptr"} for row in found]


def test_errors_are_counted_by_their_code():
    found = rows(QUERIES["errors-by-code"])

    counted = [(one.get("status", ""), one["message"], one["lines"]) for one in found]
    assert counted == [("", "payment refused", "2"), ("503", "request", "1")]


def test_the_slowest_requests_of_containers_and_functions_come_first():
    found = rows(QUERIES["slowest-requests"])

    assert [float(one["took"]) for one in found] == [950.12, 812.0, 20.5, 3.5]


@pytest.mark.parametrize(
    ("query", "id_"), [("one-request", "correlation_id"), ("one-trace", "trace_id")]
)
def test_the_lines_of_one_id_come_in_the_order_of_time(query, id_):
    text = QUERIES[query]

    found = rows(text.replace("/.+/", f"/{IDS[id_]}/"))

    assert [one["message"] for one in found] == ["request"] * 2 + ["payment refused"] * 2
    assert rows(text) == found
    assert rows(text.replace("/.+/", "/another/")) == []


def test_the_latest_errors_are_those_of_a_dashboard():
    assert [one["message"] for one in rows(QUERIES["latest-errors"])] == [
        "payment refused",
        "payment refused",
        "request",
    ]
    assert latest_errors(["a", "b"]) == f"SOURCE 'a' | SOURCE 'b' | {LATEST_ERRORS}"


def test_queries_are_saved_under_their_prefix_for_the_log_groups(build):
    args = SavedQueriesArgs(prefix="test/orders", log_groups=["orders-logs"])

    made = build(lambda: SavedQueries("orders-queries", args))

    assert made.one(QUERY, "orders-queries-one-trace").inputs == {
        "name": "test/orders/one-trace",
        "queryString": QUERIES["one-trace"],
        "logGroupNames": ["orders-logs"],
    }
    assert {one.inputs["name"] for one in made.all(QUERY)} == {
        f"test/orders/{name}" for name in QUERIES
    }


@pytest.mark.parametrize("groups", [[], ["g"] * 51])
def test_log_groups_that_no_query_takes_are_refused(groups):
    with pytest.raises(InvalidArgError, match="name 1 to 50"):
        SavedQueriesArgs(prefix="test/orders", log_groups=groups)
