"""Dashboards are drawn from PutDashboard's bodies."""

import json

from tests.localcloud.telemetry.console.described import NOW
from tests.localcloud.telemetry.console.doubles import EVIL, Point

BODY = {
    "widgets": [
        {"type": "text", "properties": {"markdown": EVIL}},
        {
            "type": "metric",
            "properties": {
                "title": EVIL,
                "period": 60,
                "stat": "Sum",
                "metrics": [
                    ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "a", {"id": "m1"}],
                    [".", "NumberOfMessagesDeleted", ".", "."],
                    ["...", "b", {"visible": False}],
                    [{"expression": "m1 * 2", "label": "twice", "id": "e1"}],
                ],
                "annotations": {"horizontal": [{"label": "limit", "value": 10}]},
            },
        },
        {"type": "metric", "properties": {"metrics": [[{"expression": "SEARCH('x')", "id": "e"}]]}},
        {"type": "alarm", "properties": {"alarms": ["arn:aws:cloudwatch:r:1:alarm:quiet"]}},
        {"type": "explorer", "properties": {}},
    ]
}


async def test_widgets_have_lines_math_and_alarms(console, shop):
    shop.dashboards["orders"] = json.dumps(BODY)
    shop.points["AWS/SQS", "NumberOfMessagesSent"] = [Point(NOW // 60 * 60, 3.0)]
    shop.alarms["MetricAlarms"] = [{"AlarmName": "quiet", "StateValue": "OK"}]

    found = await (await console.get("/dashboards/orders.json")).json()

    _, drawn, refused, alarms, unknown = found["widgets"]
    values = {one["label"]: [value for _, value in one["points"]] for one in drawn["lines"]}
    assert values == {
        "NumberOfMessagesSent a Sum": [3.0],
        "NumberOfMessagesDeleted a Sum": [],
        "twice": [6.0],
    }
    assert drawn["thresholds"] == [["limit", 10.0]]
    assert "SEARCH" in refused["problem"]
    assert alarms["alarms"] == [{"name": "quiet", "state": "OK"}]
    assert "explorer" in unknown["problem"]


async def test_a_dashboard_is_a_page_with_charts_and_figures(console, shop):
    shop.dashboards["orders"] = json.dumps(BODY)

    page = await (await console.get("/dashboards/orders")).text()

    assert '<svg class="chart"' in page
    assert EVIL not in page
    assert "orders" in await (await console.get("/dashboards")).text()
    assert (await console.get("/dashboards/unknown")).status == 404


async def test_a_single_value_is_the_latest_of_its_own_time(console, shop):
    widget = {"title": "left", "view": "singleValue", "period": 86_400, "start": "-P28D"}
    widget["metrics"] = [["AWS/SQS", "NumberOfMessagesSent", {"label": "sent"}]]
    body = {"widgets": [{"type": "metric", "properties": widget}]}
    shop.dashboards["orders"] = json.dumps(body)
    today = NOW // 86_400 * 86_400
    shop.points["AWS/SQS", "NumberOfMessagesSent"] = [
        Point(today - 20 * 86_400, 7.0),
        Point(today, 74.5),
    ]

    [found] = (await (await console.get("/dashboards/orders.json")).json())["widgets"]
    page = await (await console.get("/dashboards/orders")).text()

    assert [value for _, value in found["lines"][0]["points"]] == [7.0, 74.5]
    assert "<dt>sent</dt><dd>74.5</dd>" in page
    assert '<svg class="chart"' not in page


async def test_a_view_that_is_not_drawn_is_said(console, shop):
    widget = {"view": "radar", "metrics": [["AWS/SQS", "NumberOfMessagesSent"]]}
    body = {"widgets": [{"type": "metric", "properties": widget}]}
    shop.dashboards["orders"] = json.dumps(body)

    [found] = (await (await console.get("/dashboards/orders.json")).json())["widgets"]

    assert found["problem"] == "The view radar is drawn as lines."


async def test_the_alarms_of_a_dashboard_are_asked_for_by_name(console, shop):
    arns = [f"arn:aws:cloudwatch:r:1:alarm:a{number}" for number in range(101)]
    body = {"widgets": [{"type": "alarm", "properties": {"alarms": arns}}]}
    shop.dashboards["orders"] = json.dumps(body)

    await console.get("/dashboards/orders.json")

    asked = [about["AlarmNames"] for name, about in shop.called if name.endswith("DescribeAlarms")]
    assert list(map(len, asked)) == [100, 1]


async def test_a_widget_says_which_metric_is_not_measured(console, shop):
    row = ["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", "orders"]
    widget = {"type": "metric", "properties": {"metrics": [row]}}
    shop.dashboards["orders"] = json.dumps({"widgets": [widget]})

    [found] = (await (await console.get("/dashboards/orders.json")).json())["widgets"]

    assert found["problem"].startswith("FreeStorageSpace is not measured here: ")
