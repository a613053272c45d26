"""A shop in memory that has something on every page, with hostile text wherever it can be."""

from __future__ import annotations

import datetime as dt
import json

from localcloud.telemetry.console.data import Edge, Span, TraceSummary
from localcloud.telemetry.console.pages import PAGES
from tests.localcloud.telemetry.console.described import NOW
from tests.localcloud.telemetry.console.doubles import TRACE, Point, Shop

HOSTILE = (
    "<script>window.evil=1</script><img src=x onerror=window.evil=1>"
    "\"'><svg onload=window.evil=1></details></table>{{ 7*7 }}"
)
SECRET = "hunter2hunter2"
QUEUE, DEAD = "orders-queue", "orders-dead-letters"
PATHS = (
    *(one.path for one in PAGES if "{" not in one.path),
    f"/traces/{TRACE}",
    "/dashboards/shop",
    f"/queues/{QUEUE}",
    f"/queues/{DEAD}",
    "/tables/stock",
    "/streams/events",
)
"""A path of every page."""


def full_shop() -> Shop:
    shop = Shop()
    secret = json.dumps({"password": SECRET, "note": HOSTILE})
    shop.log(json.dumps({"level": "INFO", "message": "placed", "trace_id": TRACE}))
    shop.log(json.dumps({"level": "ERROR", "message": HOSTILE, "trace_id": TRACE,
                         "correlation_id": HOSTILE}))  # fmt: skip
    shop.log(f"ERROR {HOSTILE} token={SECRET}", "/aws/lambda/bulkhead-local-catalog")
    shop.messages.append(message("m-1", secret) | {"attributes": {HOSTILE: HOSTILE}})
    shop.messages.append(message("m-2", HOSTILE))
    shop.items.append({"sku": {"S": HOSTILE}, "api_key": {"S": SECRET}})
    shop.records.append({"PartitionKey": HOSTILE, "Data": secret.encode()})
    shop.calls_between += [
        Edge("orders", "catalog", 12, 3, 48.0),
        Edge("orders", HOSTILE, 1, 0, 1.0),
    ]
    _alarms(shop)
    _dashboard(shop)
    _trace(shop)
    shop.files["data/off.json"] = {"catalog": f"off: {HOSTILE}"}
    shop.files["data/stopped.json"] = {"services": ["delivery"]}
    shop.files["run/supervisor.json"] = {
        "processes": [
            {"name": "control", "state": "ready", "pid": 1, "restarts": 0},
            {"name": "runtime", "state": "failed", "pid": None, "restarts": 3, "detail": HOSTILE},
        ]
    }
    return shop


def message(identity: str, body: str) -> dict:
    return {
        "id": identity,
        "sent": NOW - 5,
        "receives": 1,
        "state": "visible",
        "group": "",
        "body": body,
        "attributes": {},
        "receipt": f"receipt-{identity}",
    }


def _alarms(shop: Shop) -> None:
    moment = dt.datetime.fromtimestamp(NOW - 60, dt.UTC)
    shop.alarms["MetricAlarms"] = [
        {
            "AlarmName": "quiet",
            "StateValue": "OK",
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
        },
        {"AlarmName": "new", "StateValue": "INSUFFICIENT_DATA"},
        {
            "AlarmName": f"rings {HOSTILE}",
            "AlarmDescription": HOSTILE,
            "StateValue": "ALARM",
            "StateReason": HOSTILE,
            "StateUpdatedTimestamp": moment,
        },
    ]
    shop.history.append(
        {"AlarmName": "rings", "Timestamp": moment, "HistorySummary": f"to ALARM {HOSTILE}"}
    )


def _dashboard(shop: Shop) -> None:
    shop.points["AWS/SQS", "ApproximateNumberOfMessagesVisible"] = [
        Point(NOW - 60 * number, float(number)) for number in range(20, 0, -1)
    ]
    series = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", HOSTILE]
    widgets = [
        {"type": "text", "properties": {"markdown": f"# Orders {HOSTILE}"}},
        {
            "type": "metric",
            "properties": {
                "title": HOSTILE,
                "metrics": [series],
                "period": 60,
                "annotations": {"horizontal": [{"label": HOSTILE, "value": 10}]},
            },
        },
        *(
            {
                "type": "metric",
                "properties": {
                    "title": f"{view} {HOSTILE}",
                    "view": view,
                    "sparkline": True,
                    "metrics": [series] * 7,
                    "period": 60,
                    "yAxis": {"left": {"min": 0, "max": 8}},
                    "annotations": {"horizontal": [{"label": HOSTILE, "value": 6}]},
                },
            }
            for view in ("bar", "pie", "table", "singleValue", "gauge")
        ),
        {"type": "alarm", "properties": {"title": "Alarms", "alarms": ["a:b:c:d:e:f:quiet"]}},
        {"type": "log", "properties": {"title": "Errors", "query": f"fields {HOSTILE}"}},
        {"type": "explorer", "properties": {"title": "Something else"}},
    ]
    empty = '{"widgets": []}'
    shop.dashboards |= {"shop": json.dumps({"widgets": widgets}), "ship": empty, HOSTILE: empty}


def _trace(shop: Shop) -> None:
    at = (NOW - 5) * 1_000_000_000
    shop.spans_of[TRACE] = [
        Span(TRACE, "a", "", "orders", "POST /orders", "server", at, at + 90_000_000),
        Span(TRACE, "b", "a", "orders", "GET catalog", "client", at + 1, at + 10),
        Span(TRACE, "c", "a", "orders", "GET catalog", "client", at + 20, at + 30, HOSTILE),
        Span(TRACE, "d", "b", "catalog", HOSTILE, "server", at + 2, at + 9, "", {"token": SECRET}),
    ]
    services = ["catalog", "orders"]
    shop.summaries.append(TraceSummary(TRACE, NOW - 5, 90.0, HOSTILE, "orders", services, 4, 1))
