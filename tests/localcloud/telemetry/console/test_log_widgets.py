"""Log widgets run their queries: bounded, and seldom."""

import json

import pytest
from botocore.exceptions import ClientError

from localcloud.telemetry.console import log_widget
from tests.localcloud.telemetry.console.doubles import EVIL

QUERY = "SOURCE 'orders-logs' | SOURCE 'relay' | fields message, token | limit 5"


def dashboard(query=QUERY, title="Latest errors"):
    widget = {"type": "log", "properties": {"title": title, "query": query, "region": "r"}}
    return json.dumps({"start": "-PT3H", "widgets": [widget]})


@pytest.fixture
def insights(shop):
    """Answers of Logs Insights: the statuses of a query, and its rows."""
    statuses = ["Complete"]
    rows = [{"message": EVIL, "@ptr": "p"}, {"message": "Bearer abcdefghijkl"}]

    def results(queryId):  # noqa: N803 - AWS's name
        del queryId
        status = statuses.pop(0) if statuses[1:] else statuses[0]
        found = [[{"field": name, "value": each} for name, each in row.items()] for row in rows]
        return {"status": status, "results": found if status == "Complete" else []}

    shop._logs_StartQuery = lambda **_: {"queryId": "q"}
    shop._logs_GetQueryResults = results
    shop._logs_StopQuery = lambda **_: {"success": True}
    shop.dashboards["orders"] = dashboard()
    return statuses


async def widget(console):
    [found] = (await (await console.get("/dashboards/orders.json")).json())["widgets"]
    return found


async def test_the_rows_of_the_log_groups_that_source_names_are_shown(console, shop, insights):
    found = await widget(console)

    [[_, asked]] = [one for one in shop.called if one[0] == "logs StartQuery"]
    assert asked["logGroupNames"] == ["orders-logs", "relay"]
    assert asked["queryString"] == "fields message, token | limit 5"
    assert asked["endTime"] - asked["startTime"] == 3 * 3600
    assert asked["limit"] == log_widget.MAX_ROWS
    assert found["columns"] == ["message"]
    assert found["rows"][0] == [EVIL]
    assert "abcdefghijkl" not in found["rows"][1][0]


async def test_rows_are_escaped_on_the_page(console, insights):
    page = await (await console.get("/dashboards/orders")).text()

    assert '<th scope="col">message</th>' in page
    assert EVIL not in page


async def test_an_open_page_does_not_run_the_query_at_every_look(console, shop, insights):
    assert await widget(console) == await widget(console)

    assert [name for name, _ in shop.called].count("logs StartQuery") == 1


async def test_a_query_that_takes_too_long_is_stopped(console, shop, insights, monkeypatch):
    monkeypatch.setattr(log_widget, "POLL_SECONDS", 0)
    insights[:] = ["Running"]

    found = await widget(console)

    assert "took longer" in found["problem"]
    assert "logs StopQuery" in [name for name, _ in shop.called]


async def test_a_query_that_failed_says_so(console, insights):
    insights[:] = ["Running", "Timeout"]

    assert "Timeout" in (await widget(console))["problem"]


async def test_a_malformed_query_says_what_is_wrong(console, shop, insights):
    def refuse(**_):
        error = {"Error": {"Code": "MalformedQueryException", "Message": "unexpected text"}}
        raise ClientError(error, "StartQuery")

    shop._logs_StartQuery = refuse

    assert (await widget(console))["problem"] == "unexpected text"


async def test_a_query_without_a_log_group_is_named(console, shop, insights):
    shop.dashboards["orders"] = dashboard("fields @message")

    assert "SOURCE" in (await widget(console))["problem"]
