"""Alarms, traces, the map, deployments and policies."""

import json

import pytest

from localcloud.telemetry.console.data import Edge, Span, TraceSummary
from tests.localcloud.telemetry.console import described
from tests.localcloud.telemetry.console.described import NOW
from tests.localcloud.telemetry.console.doubles import EVIL, TRACE

SECRET = "hunter2hunter2"


@pytest.fixture
def traced(shop):
    """A request to orders that calls catalog twice; the second call fails."""
    at = (NOW - 5) * 1_000_000_000
    shop.spans_of[TRACE] = [
        Span(TRACE, "a", "", "orders", "POST /orders", "server", at, at + 90_000_000),
        Span(TRACE, "b", "a", "orders", "GET catalog", "client", at + 1, at + 10),
        Span(TRACE, "c", "a", "orders", "GET catalog", "client", at + 20, at + 30, EVIL),
        Span(TRACE, "d", "b", "catalog", EVIL, "server", at + 2, at + 9, "", {"token": SECRET}),
    ]
    shop.summaries.append(
        TraceSummary(TRACE, NOW - 5, 90.0, EVIL, "orders", ["catalog", "orders"], 4, 1)
    )
    shop.log(json.dumps({"message": "charged", "trace_id": TRACE}))
    return shop


async def text(console, path):
    answer = await console.get(path)
    assert answer.status == 200, await answer.text()
    return await answer.text()


async def data(console, path):
    return json.loads(await text(console, path))


async def test_traces_are_found_by_service_and_errors(console, traced):
    assert len((await data(console, "/traces.json?service=catalog&errors=1"))["traces"]) == 1
    assert (await data(console, "/traces.json?service=delivery"))["traces"] == []
    page = await text(console, "/traces")
    assert f'href="/traces/{TRACE}"' in page
    assert EVIL not in page


@pytest.mark.parametrize("identity", [TRACE, f"1-{TRACE[:8]}-{TRACE[8:]}"])
async def test_a_trace_has_spans_lines_and_calls(console, traced, identity):
    found = await data(console, f"/traces/{identity}.json")

    assert [(one["id"], one["depth"]) for one in found["spans"]] == [
        ("a", 0), ("b", 1), ("d", 2), ("c", 1),
    ]  # fmt: skip
    assert found["calls"] == [{"service": "orders", "name": "GET catalog", "calls": 2}]
    assert [one["line"]["text"] for one in found["events"] if "line" in one] == ["charged"]


async def test_a_trace_stays_text_without_secrets(console, traced):
    page = await text(console, f"/traces/{TRACE}")

    assert EVIL not in page
    assert SECRET not in page + await text(console, f"/traces/{TRACE}.json")
    assert '<svg class="waterfall"' in page


async def test_a_clock_that_differs_is_named_beside_its_span(console, traced):
    at = (NOW - 5) * 1_000_000_000
    hour = 3600 * 1_000_000_000
    traced.spans_of[TRACE] += [
        Span(TRACE, "e", "c", "delivery", "behind", "server", at - 250_000_000, at),
        Span(TRACE, "f", "c", "billing", "ahead", "server", at + hour, at + hour + 1),
    ]

    found = await data(console, f"/traces/{TRACE}.json")
    page = await text(console, f"/traces/{TRACE}")

    clocks = {one["id"]: one["clock_differs_ms"] for one in found["spans"]}
    assert found["clocks_differ"] == ["billing", "delivery"]
    assert clocks == {"a": 0, "b": 0, "c": 0, "d": 0, "e": -250, "f": 3_595_000}
    assert "clock differs by 250 ms: it begins before its parent" in page
    assert "it begins in the future" in page


@pytest.mark.parametrize("identity", ["0" * 32, "none", "a%3Cb"])
async def test_an_unknown_trace_is_not_found(console, identity):
    assert (await console.get(f"/traces/{identity}")).status == 404


async def test_the_map_has_what_is_declared_and_what_is_used(console, shop):
    shop.calls_between.append(Edge("orders", "catalog", 12, 3, 48.0))
    shop.calls_between.append(Edge("orders", "unknown", 1, 0, 1.0))

    found = await data(console, "/map.json")
    page = await text(console, "/map")

    edges = {(one["source"], one["target"]): one for one in found["edges"]}
    assert edges["orders", "catalog"]["errors"] == 3
    assert edges["orders", "delivery"]["used"] is False
    assert edges["orders", "unknown"]["declared"] is False
    assert {("orders", "event order-placed"), ("event order-placed", "catalog")} <= edges.keys()
    assert edges["orders", "store orders ledger"]["used"] is False
    assert "edge-failing" in page
    assert "! 12 calls" in page
    assert "edge-unused" in page


async def test_the_map_counts_messages_of_events_and_calls_of_stores(console, shop):
    orders = described.CATALOGUE["services"]["orders"]
    stores = {"ledger": "aurora-postgresql", "prices": "valkey", "a": "dynamodb", "b": "dynamodb"}
    services = described.CATALOGUE["services"] | {"orders": orders | {"stores": stores}}
    shop.files["run/catalogue.json"] = described.CATALOGUE | {"services": services}
    shop.calls_between += [
        Edge("orders", "postgresql", 7, 1, 3.0),
        Edge("orders", "DynamoDB", 4, 0, 2.0),
        Edge("orders", "SNS", 2, 0, 9.0),
        Edge("catalog", "catalog", 1, 0, 1.0),
    ]

    found = await data(console, "/map.json")

    edges = {(one["source"], one["target"]): one for one in found["edges"]}
    ledger = edges["orders", "store orders ledger"]
    assert (ledger["used"], ledger["calls"], ledger["errors"]) == (True, 7, 1)
    assert edges["orders", "store orders prices"]["used"] is None
    assert [edges["orders", f"store orders {one}"]["shared"] for one in "ab"] == [True, True]
    assert edges["orders", "store orders a"]["label"] == "4 calls, 2 ms"
    assert (edges["orders", "SNS"]["how"], edges["orders", "SNS"]["declared"]) == ("AWS", False)
    assert ("orders", "postgresql") not in edges
    page = await text(console, "/map")
    assert "edge-unmeasured" in page
    assert "not measured" in page


async def test_the_map_shows_which_events_arrive(console, shop):
    before = await data(console, "/map.json")
    shop.calls_between.append(Edge("orders", "catalog", 5, 0, 8.0))
    services = described.CATALOGUE["services"]
    quiet = services | {"orders": services["orders"] | {"calls": []}}
    shop.files["run/catalogue.json"] = described.CATALOGUE | {"services": quiet}

    after = await data(console, "/map.json")

    for found, used in ((before, False), (after, True)):
        edges = {(one["source"], one["target"]): one for one in found["edges"]}
        assert edges["orders", "event order-placed"]["used"] is used
        assert edges["event order-placed", "catalog"]["used"] is used
    assert ("orders", "catalog") not in edges


async def test_alarms_have_state_reason_and_history(console, shop):
    alarm = {"AlarmName": EVIL, "StateValue": "ALARM", "StateReason": "5 errors"}
    shop.alarms["MetricAlarms"] = [{"AlarmName": "quiet", "StateValue": "OK"}, alarm]
    shop.history.append({"AlarmName": "quiet", "Timestamp": NOW, "HistorySummary": "to OK"})

    found = await data(console, "/alarms.json")
    page = await text(console, "/alarms")

    assert [one["state"] for one in found["alarms"]] == ["ALARM", "OK"]
    assert found["history"][0]["summary"] == "to OK"
    assert EVIL not in page
    assert "5 errors" in page


async def test_an_alarm_without_values_says_why_nothing_is_measured(console, shop):
    metric = {"Namespace": "AWS/RDS", "MetricName": "FreeStorageSpace"}
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": "orders"}]
    shop.alarms["MetricAlarms"] = [{"AlarmName": "full", **metric, "Dimensions": dimensions}]

    [found] = (await data(console, "/alarms.json"))["alarms"]

    assert found["not_measured"] == [
        "FreeStorageSpace is not measured here: a database grows as far as this machine's disk"
    ]
    assert found["not_measured"][0].split(":")[0] in await text(console, "/alarms")


async def test_an_alarm_is_rung_by_hand(console, shop, own):
    form = {"name": "errors", "state": "ALARM"}

    assert (await console.post("/alarms/ring", data=form, headers=own)).status == 200
    assert (await console.post("/alarms/ring", data={"state": "X"}, headers=own)).status == 400
    assert (await console.post("/alarms/ring", data=form)).status == 403
    rung = [parameters for name, parameters in shop.called if name == "cloudwatch SetAlarmState"]
    assert [(one["AlarmName"], one["StateValue"]) for one in rung] == [("errors", "ALARM")]


async def test_deployments_have_versions_and_rollouts(console):
    found = await data(console, "/deployments.json")

    assert found["versions"]["orders"] == "0a1b2c3d"
    assert found["deployments"][0]["state"] == "COMPLETED"
    assert "0a1b2c3d" in await text(console, "/deployments")


async def test_deployments_have_the_updates_of_the_stack_and_the_code_of_functions(console, shop):
    update = {
        "stack": "bulkhead/local",
        "kind": "update",
        "version": 3,
        "started": NOW - 60,
        "ended": NOW - 18.5,
        "result": "succeeded",
        "changes": {"create": 2, "same": 180, "update": 1},
        "recovered": "",
    }
    running = {"ended": None, "result": "running", "changes": {}, "version": 4}
    shop.updates += [update | running, update]

    found = await data(console, "/deployments.json")
    page = await text(console, "/deployments")

    assert [one["summary"] for one in found["updates"]] == [
        "none yet",
        "2 created, 1 updated, 180 unchanged",
    ]
    assert found["updates"][1]["seconds"] == 41.5
    assert found["functions"][0]["code"] == "0123456789ab"
    assert "2 created" in page
    assert "succeeded" in page


async def test_policies_have_findings_and_exemptions_with_dates(console):
    page = await text(console, "/policies")

    assert "the service must have more" in page
    assert "2027-11-30" in page


async def test_pages_send_what_has_changed(console, shop):
    async with console.get("/live/logs") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        await stream.content.readuntil(b"\n\n")
        first = await stream.content.readuntil(b"\n\n")
        shop.log("something new")
        second = await stream.content.readuntil(b"\n\n")

    assert json.loads(first.removeprefix(b"data: "))["id"] == "live_lines"
    assert "something new" in json.loads(second.removeprefix(b"data: "))["html"]
