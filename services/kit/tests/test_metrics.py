"""Metrics that a service counts."""

from __future__ import annotations

import json

import pytest
from kit import metrics
from kit.testing.counted import counted


@pytest.fixture
def declared(monkeypatch):
    monkeypatch.setenv("SERVICE_NAME", "orders")
    monkeypatch.setenv("METRICS_NAMESPACE", "Bulkhead/test")
    return lambda names: monkeypatch.setenv("METRICS", names)


def test_a_declared_metric_is_a_line_in_embedded_metric_format(declared, capsys):
    declared("orders-placed,outbox-age")

    metrics.count("outbox-age", 2.5, unit="Seconds")

    line = json.loads(capsys.readouterr().out)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "Bulkhead/test",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "outbox-age", "Unit": "Seconds"}],
    }
    assert (line["service"], line["outbox-age"]) == ("orders", 2.5)


@pytest.mark.parametrize("names", ["", "orders-placed", "outbox-age-max"])
def test_a_metric_that_is_not_declared_is_refused_with_what_to_write(declared, names, capsys):
    declared(names)

    with pytest.raises(metrics.UndeclaredMetricError, match=r"add 'metrics: \{outbox-age"):
        metrics.count("outbox-age")

    assert capsys.readouterr().out == ""


def test_without_a_declaration_each_metric_is_counted(monkeypatch, capsys):
    monkeypatch.delenv("METRICS", raising=False)

    metrics.count("anything")

    assert json.loads(capsys.readouterr().out)["anything"] == 1


def test_what_code_counts_is_found_in_its_files(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_app.py").write_text('metrics.count("of-a-test")')
    (tmp_path / "app.py").write_text('def f():\n    metrics.count("placed", 2)\n    x.count("a")\n')
    (tmp_path / "relay.py").write_text('sys.exit(outbox.main("ledger"))\n')

    assert counted(tmp_path) == {"placed", "outbox-age"}
