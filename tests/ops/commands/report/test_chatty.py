"""`bulkhead report chatty`, over logs and over metrics."""

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from ops import chattiness
from ops.commands.report import chatty
from ops.main import app

NOW = dt.datetime.now(dt.UTC)


def line(calls, callee="catalog", age_hours=0, took=10.0, whole=100.0):
    """A line as `kit.metrics` writes it."""
    stamp = int((NOW - dt.timedelta(hours=age_hours)).timestamp() * 1000)
    values = {"Calls": calls, "CallBytes": 50 * calls}
    times = {"CallMilliseconds": took, "RequestMilliseconds": whole}
    about = {"_aws": {"Timestamp": stamp}, "service": "orders", "callee": callee}
    return json.dumps({**about, **values, **times})


@pytest.fixture
def report(tmp_path, monkeypatch):
    """Run the command on log lines."""
    (tmp_path / "logs").mkdir()
    monkeypatch.setenv("BULKHEAD_HOME", str(tmp_path))

    def run(*lines, options=()):
        (tmp_path / "logs" / "orders.log").write_text("\n".join(lines))
        done = CliRunner().invoke(app, ["report", "chatty", *options])
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_pairs_are_listed_with_calls_per_request_share_of_time_and_what_to_do(report):
    output = report(
        line(4, took=90.0),
        "2026-01-01 " + line(6, took=90.0),
        line(1, "delivery"),
        line(50, age_hours=30),
        "no JSON with RequestMilliseconds",
        line(1)[:-5],
    )

    heading, catalog, *advice, delivery = output.splitlines()
    assert heading.split() == ["requests", "calls/request", "share", "of", "time", "bytes/call"]
    assert catalog.split() == ["orders", "->", "catalog", "2", "5.00", "90%", "50"]
    assert [one.strip().partition(":")[0] for one in advice] == ["batch", "cache", "event", "merge"]
    assert delivery.split() == ["orders", "->", "delivery", "1", "1.00", "10%", "50"]


def test_the_report_is_json_on_request_and_may_be_empty(report):
    [found] = json.loads(report(line(2), options=["--json"]))

    assert (found["calls_per_request"], found["share_of_time"]) == (2.0, 0.1)
    assert found["advice"] == ["batch: ask catalog for several at once"]
    assert "No calls were counted in local in the last 3 hours" in report(options=["--hours", "3"])


def test_an_account_is_asked_for_its_metrics(monkeypatch, capsys):
    class CloudWatch:
        asked = ()

        def get_paginator(self, _name):
            return self

        def paginate(self, **_):
            of = [{"Name": "service", "Value": "orders"}]
            both = [*of, {"Name": "callee", "Value": "catalog"}]
            return [{"Metrics": [{"Dimensions": both}, {"Dimensions": of}]}]

        def get_metric_data(self, **asked):
            self.asked = asked["MetricDataQueries"]
            values = [[2, 2], [8, 4], [600], [300.0], [400.0]]
            return {
                "MetricDataResults": [
                    {"Id": one["Id"], "Values": found}
                    for one, found in zip(self.asked, values, strict=True)
                ]
            }

    made = CloudWatch()
    monkeypatch.setattr("ops.clients.client", lambda *_: made)

    chatty.run(environment="prod")

    assert capsys.readouterr().out.splitlines()[1].split()[3:] == ["4", "3.00", "75%", "50"]
    metrics = [one["MetricStat"] for one in made.asked]
    assert {one["Metric"]["Namespace"] for one in metrics} == {"Bulkhead/prod"}
    assert [(one["Metric"]["MetricName"], one["Stat"]) for one in metrics] == [
        (chattiness.CALLS, "SampleCount"),
        (chattiness.CALLS, "Sum"),
        (chattiness.BYTES, "Sum"),
        (chattiness.TIME, "Sum"),
        (chattiness.WHOLE, "Sum"),
    ]
