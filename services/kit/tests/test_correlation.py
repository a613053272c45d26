"""The IDs and the hops of requests and messages."""

import asyncio
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import correlation as module
from kit.testing.asgi import call

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.fixture
def correlation(kit):
    return kit("correlation")


@pytest.mark.parametrize(
    "sent",
    [
        f"00-{'0' * 32}-{'b' * 16}-01",
        f"00-{'a' * 32}-{'0' * 16}-01",
        f"ff-{'a' * 32}-{'b' * 16}-01",
        f"00-{'A' * 32}-{'b' * 16}-01",
        "",
        "nonsense",
    ],
)
def test_a_traceparent_that_is_not_valid_gives_way_to_the_root(correlation, sent):
    root = "1-5759e988-bd862e3fe1be46a994272793"

    found = correlation.trace_from_headers({"traceparent": sent, "x-amzn-trace-id": f"Root={root}"})

    assert found.startswith("00-5759e988bd862e3fe1be46a994272793-")


def test_a_root_alone_names_the_trace_and_no_parent(correlation):
    headers = {"x-amzn-trace-id": "Self=1;Root=1-5759e988-bd862e3fe1be46a994272793"}

    assert correlation.root_from_headers(headers) == "5759e988bd862e3fe1be46a994272793"
    assert correlation.parent_from_headers(headers) == ""


def test_an_own_id_begins_with_the_epoch(correlation):
    found = correlation.new_trace()

    assert correlation.W3C.fullmatch(found)
    assert abs(int(found[3:11], 16) - time.time()) < 60


@given(st.text(max_size=80))
def test_any_baggage_has_a_number_of_hops(sent):
    assert 0 <= module.hops_of(sent) < 10_000


@pytest.mark.parametrize(
    ("sent", "hops"),
    [("hops=3", 3), ("user=a, hops = 4;p=1", 4), ("xhops=3", 0), ("hops=-1", 0), ("", 0)],
)
def test_hops_are_read_from_baggage(correlation, sent, hops):
    assert correlation.hops_of(sent) == hops


def test_each_service_adds_a_hop_and_continues_the_trace(correlation):
    with correlation.of_request({"traceparent": TRACE, "baggage": "hops=2"}):
        outgoing = correlation.outgoing()

    assert outgoing == {
        "traceparent": TRACE,
        "x-amzn-trace-id": f"Root=1-{'a' * 8}-{'a' * 24};Parent={'b' * 16};Sampled=1",
        "baggage": "hops=3",
    }
    assert correlation.outgoing() == {}


@pytest.mark.parametrize(("hops", "status"), [("15", 200), ("16", 508)])
def test_a_request_that_went_round_too_often_is_answered_with_508(kit, hops, status):
    asgi = kit("asgi")

    async def application(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    guard = asgi.Guard(application, {"GET /loans": "public"}, open_paths=frozenset())

    asked = call(guard, "GET", "/loans", headers={"baggage": f"hops={hops}"})

    assert asyncio.run(asked)[0] == status


def test_an_event_that_went_round_too_often_is_invalid(kit):
    events = kit("events")
    sent = {
        "specversion": "1.0", "id": "e-1", "source": "loans", "type": "lent", "data": {},
        "baggage": "hops=16",
    }  # fmt: skip

    event = events.read(json.dumps(sent))

    with (
        pytest.raises(events.InvalidEventError, match="17 services, of which 16"),
        events.context(event),
    ):
        raise AssertionError


def test_a_message_carries_its_trace_and_hops_beside_its_envelope(kit):
    events = kit("events")

    found = events.attributes({"type": "lent", "traceparent": TRACE, "baggage": "hops=1"})

    assert {name: one["StringValue"] for name, one in found.items()} == {
        "type": "lent", "traceparent": TRACE, "baggage": "hops=1",
    }  # fmt: skip
