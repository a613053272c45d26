"""How spans are kept and found, and what the graph says."""

from __future__ import annotations

import pytest

from localcloud.telemetry.database import Database
from localcloud.telemetry.traces.graph import skews
from localcloud.telemetry.traces.span import Kind, Span
from localcloud.telemetry.traces.store import SpanStore

SECOND = 10**9


def made(span_id, **changes):
    defaults = {
        "trace_id": "a" * 32, "service": "orders", "name": "POST /orders", "kind": Kind.SERVER,
        "start": 100 * SECOND, "end": 101 * SECOND,
    }  # fmt: skip
    return Span(span_id=f"{span_id:016x}", **{**defaults, **changes})


@pytest.fixture
def store(tmp_path, monkeypatch):
    database = Database(tmp_path / "telemetry.db")
    monkeypatch.setattr(database, "changed", lambda: None)  # there is no event loop
    yield SpanStore(database)
    database.close()


CALL = made(2, parent_id=f"{1:016x}", kind=Kind.CLIENT, name="GET", start=100 * SECOND + 1)
ANSWER = made(
    3, parent_id=f"{2:016x}", service="catalog", name="GET /catalog",
    start=100 * SECOND + 2, end=102 * SECOND, attributes={"http.response.status_code": 500},
)  # fmt: skip
STORED = made(4, parent_id=f"{3:016x}", service="catalog", kind=Kind.CLIENT, name="DynamoDB.Query",
              attributes={"rpc.service": "DynamoDB"}, start=100 * SECOND + 3)  # fmt: skip
TRACE = [made(1), CALL, ANSWER, STORED]


def test_a_trace_is_read_as_it_was_added_also_twice(store):
    store.add(TRACE)
    store.add(TRACE[:1])

    found = store.trace("a" * 32)

    assert [one.span_id for one in found] == [one.span_id for one in TRACE]
    assert found[2].attributes == {"http.response.status_code": 500}
    assert store.trace("b" * 32) == []


def test_summaries_are_searched_by_service_failure_and_duration(store):
    store.add([*TRACE, made(9, trace_id="b" * 32, start=150 * SECOND, end=151 * SECOND)])

    everything = store.summaries(0, 1000)

    assert [one.trace_id[0] for one in everything] == ["b", "a"]
    assert everything[1].services == ("catalog", "orders")
    assert (everything[1].seconds, everything[1].root.name) == (2.0, "POST /orders")
    assert [one.trace_id[0] for one in store.summaries(0, 1000, service="catalog")] == ["a"]
    assert [one.trace_id[0] for one in store.summaries(0, 1000, failed=True)] == ["a"]
    assert [one.trace_id[0] for one in store.summaries(0, 1000, min_seconds=1.5)] == ["a"]
    assert store.summaries(0, 50) == []


def test_the_graph_counts_calls_between_services_and_to_what_sends_no_spans(store):
    store.add(TRACE)

    graph = store.graph(0, 1000)

    assert set(graph.calls) == {("orders", "catalog"), ("catalog", "DynamoDB")}
    assert graph.calls["orders", "catalog"].faults == 1
    assert graph.services["catalog"].requests == 1


def test_the_oldest_spans_go_first(store, tmp_path):
    small = SpanStore(store._database, max_spans=100)
    small.add(made(number, start=number * SECOND, end=number * SECOND) for number in range(1, 151))

    small.trim()

    assert small.count() == 90
    assert small.trace("a" * 32)[0].start == 61 * SECOND
    assert small.removed == 60


def test_a_span_before_the_one_that_caused_it_shows_the_skew_of_the_clocks():
    early = made(3, parent_id=f"{2:016x}", service="catalog", start=98 * SECOND)

    assert skews([made(1), CALL, early]) == {early.span_id: pytest.approx(2.0)}
