"""One order is one trace: the request, its calls and statements, and the message about it."""

import socket

import pytest
from kit.testing.spans import collecting

from localcloud import ports

pytestmark = pytest.mark.integration

TRACE_ID = "5759e988bd862e3fe1be46a994272793"
HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793"


def test_an_order_is_one_trace_up_to_its_message(migrated, call, token, wait_for):
    world, port = migrated, _free_port()
    world.catalogue.prices["globe"] = 1200  # no other test has filled the cache with its price
    with collecting() as collector:
        traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        process = world.start("orders", HOST=ports.HOST, PORT=str(port), **traced)
        relay = world.start("orders.relay", **traced)
        url = f"http://{ports.HOST}:{port}"
        wait_for(lambda: _answers(call, url), process)
        headers = {"authorization": f"Bearer {token('customer', subject='ada')}"}
        body = {"customer": "Ada", "lines": [{"sku": "globe", "quantity": 2}]}

        status, _, _ = call("POST", f"{url}/orders", body, {**headers, "x-amzn-trace-id": HEADER})
        [envelope] = wait_for(world.messages, relay)
        wait_for(lambda: "publish order-placed" in [one.name for one in collector.spans], relay)
        wait_for(lambda: "POST /orders" in [one.name for one in collector.spans], process)

    assert status == 201
    request = collector.named("POST /orders")
    own = [one for one in collector.spans if one.trace_id == request.trace_id]
    assert request.trace_id.hex() == TRACE_ID
    assert {"GET catalog", "INSERT"} <= {one.name for one in own}
    statements = [
        found for one in own if (found := _attributes(one).get("db.statement")) is not None
    ]
    assert all(statements)  # not the pool's check of a connection
    assert envelope["traceparent"] == f"00-{TRACE_ID}-{request.span_id.hex()}-01"
    published = collector.named("publish order-placed")
    assert [one.trace_id.hex() for one in published.links] == [TRACE_ID]
    called = [one for one in collector.spans if one.parent_span_id == published.span_id]
    assert [_attributes(one)["rpc.service"] for one in called] == ["SNS"]


def _attributes(span):
    return {one.key: one.value.string_value for one in span.attributes}


def _free_port():
    with socket.create_server((ports.HOST, 0)) as probe:
        return probe.getsockname()[1]


def _answers(call, url):
    try:
        return call("GET", f"{url}/health")[0] == 200
    except OSError:
        return False
