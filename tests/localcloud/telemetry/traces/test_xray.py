"""X-Ray's operations on stored spans."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.operations import Call, OperationError
from localcloud.telemetry.traces.filters import predicate
from localcloud.telemetry.traces.xray import operations
from tests.localcloud.telemetry.traces.test_store import TRACE, store

__all__ = ["store"]
CALL = Call("000000000000", "eu-west-1")
PERIOD = {"StartTime": 0, "EndTime": 3600}
ID = f"1-{'a' * 8}-{'a' * 24}"


@pytest.fixture
def ask(store):
    store.add(TRACE)
    handlers = operations(store)

    def call(operation, **parameters):
        model = get_session().get_service_model("xray").operation_model(operation)
        report = ParamValidator().validate(parameters, model.input_shape)
        assert not report.has_errors(), report.generate_report()
        found = asyncio.run(handlers[operation](parameters, CALL))
        assert set(found) <= set(model.output_shape.members)
        return found

    return call


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("", 1),
        ('service("catalog")', 1),
        ('service("billing")', 0),
        ('service("orders") AND fault', 1),
        ("ok OR (NOT fault)", 0),
        ("duration >= 2 AND responsetime < 2", 1),
        ("http.status = 500", 1),
        ("http.status = 200 OR duration > 100", 0),
        ('annotation.rpc_service = "DynamoDB"', 1),
        ('annotation.rpc_service BEGINSWITH "Dyn"', 1),
    ],
)
def test_summaries_are_filtered(ask, expression, number):
    found = ask("GetTraceSummaries", **PERIOD, FilterExpression=expression)["TraceSummaries"]

    assert [one["Id"] for one in found] == [ID] * number


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ('edge("a", "b")', "cannot be read|'edge'"),
        ("group.name", "'group.name', which is not supported"),
        ("duration >", "ends where a value"),
        ("(fault", r"lacks '\)'"),
        ("fault fault", "where AND or OR"),
    ],
)
def test_what_is_not_served_is_refused_by_name(ask, expression, reason):
    with pytest.raises(OperationError, match=reason) as caught:
        ask("GetTraceSummaries", **PERIOD, FilterExpression=expression)
    assert caught.value.code == "InvalidRequestException"


@given(st.text(alphabet='()!= "<>aANDORNOTfault.1', max_size=200))
def test_any_expression_is_read_or_refused(expression):
    with contextlib.suppress(OperationError):
        predicate(expression)(TRACE)


def test_deep_parentheses_are_refused():
    for text in ("(" * 5000 + "fault", "NOT " * 5000 + "fault"):
        with pytest.raises(OperationError):
            predicate(text)


def test_a_trace_has_a_segment_for_each_service_with_its_calls(ask):
    [trace] = ask("BatchGetTraces", TraceIds=[ID, f"1-{'b' * 8}-{'b' * 24}"])["Traces"]

    documents = [json.loads(one["Document"]) for one in trace["Segments"]]
    assert [one["name"] for one in documents] == ["orders", "catalog"]
    [call] = documents[0]["subsegments"]
    assert documents[1]["parent_id"] == call["id"]
    assert call["namespace"] == "remote"
    assert documents[1]["fault"] is True


def test_the_graph_names_callers_and_callees(ask):
    for graph in (ask("GetServiceGraph", **PERIOD), ask("GetTraceGraph", TraceIds=[ID])):
        services = {one["Name"]: one for one in graph["Services"]}

        assert set(services) == {"orders", "catalog", "DynamoDB"}
        [edge] = services["orders"]["Edges"]
        assert edge["ReferenceId"] == services["catalog"]["ReferenceId"]
        assert edge["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
        assert (services["orders"]["Root"], services["DynamoDB"]["Type"]) == (True, "remote")


def test_segments_and_long_times_are_refused(ask):
    with pytest.raises(OperationError, match="send spans by OTLP"):
        ask("PutTraceSegments", TraceSegmentDocuments=["{}"])
    with pytest.raises(OperationError, match="6 hours"):
        ask("GetServiceGraph", StartTime=0, EndTime=10**6)
