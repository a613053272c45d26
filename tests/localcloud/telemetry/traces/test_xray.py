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
from localcloud.telemetry.traces.declared import Declared
from localcloud.telemetry.traces.filters import FilterError, predicate
from localcloud.telemetry.traces.xray import operations
from tests.localcloud.telemetry.traces.test_store import TRACE, store

__all__ = ["store"]
CALL = Call("000000000000", "eu-west-1")
PERIOD = {"StartTime": 0, "EndTime": 3600}
ID = f"1-{'a' * 8}-{'a' * 24}"


GROUP = "arn:aws:xray:eu-west-1:000000000000:group/failing/A"


async def all_indexed(region):
    groups = {"failing": "fault", GROUP: "fault", "slow": "duration > 100"}
    return Declared(index_percent=100, groups=groups)


@pytest.fixture
def ask(store):
    store.add(TRACE)
    handlers = operations(store, all_indexed)

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
    with contextlib.suppress(FilterError):
        predicate(expression)(TRACE)


def test_deep_parentheses_are_refused():
    for text in ("(" * 5000 + "fault", "NOT " * 5000 + "fault"):
        with pytest.raises(FilterError):
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


@pytest.mark.parametrize(
    ("group", "services"),
    [
        ({"GroupName": "failing"}, {"orders", "catalog", "DynamoDB"}),
        ({"GroupARN": GROUP}, {"orders", "catalog", "DynamoDB"}),
        ({"GroupName": "slow"}, set()),
    ],
)
def test_the_graph_of_a_group_has_the_traces_of_its_expression(ask, group, services):
    found = ask("GetServiceGraph", **PERIOD, **group)["Services"]

    assert {one["Name"] for one in found} == services


def test_an_unknown_group_is_refused(ask):
    with pytest.raises(OperationError, match="the group fast does not exist"):
        ask("GetServiceGraph", **PERIOD, GroupName="fast")


def test_only_indexed_traces_have_a_summary_and_all_are_found_by_their_id(store):
    async def none_indexed(_):
        return Declared(index_percent=0)

    store.add(TRACE)
    handlers = operations(store, none_indexed)

    summaries = asyncio.run(handlers["GetTraceSummaries"](dict(PERIOD), CALL))
    traces = asyncio.run(handlers["BatchGetTraces"]({"TraceIds": [ID]}, CALL))

    assert summaries["TraceSummaries"] == []
    assert [one["Id"] for one in traces["Traces"]] == [ID]


@given(st.lists(st.uuids(), unique=True, max_size=50), st.floats(0, 100))
def test_a_higher_percentage_indexes_more_traces_and_none_less(ids, percent):
    def chosen(share):
        return {one.hex for one in ids if Declared(index_percent=share).indexes(one.hex)}

    assert chosen(0) == set()
    assert chosen(percent) <= chosen(min(100, percent * 2))
    assert chosen(100) == {one.hex for one in ids}
