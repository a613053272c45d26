"""Which log a name means."""

import pytest

from localcloud.log_lines import last_lines
from ops.commands.logs import find, of_resource

FILES = ["control", "orders", "orders-relay", "bulkhead-local-catalog-1a2b3c", "plan-orders-x"]


@pytest.fixture
def logs(layout):
    layout.logs.mkdir(parents=True)
    for name in FILES:
        (layout.logs / f"{name}.log").write_text("one\ntwo\nthree\n")
    return layout


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("control", "control"),
        ("orders", "orders"),
        ("orders-relay", "orders-relay"),
        ("catalog", "bulkhead-local-catalog-1a2b3c"),
    ],
)
def test_a_name_means_its_own_log_or_the_one_that_contains_it(logs, name, stem):
    assert find(logs, name).stem == stem


@pytest.mark.parametrize(
    ("name", "expected"),
    [("orders-relay-service", ["relay"]), ("orders-service", ["orders"]), ("vpc", [])],
)
def test_the_log_of_a_resource_is_found_by_how_its_name_begins(logs, name, expected):
    (logs.logs / "orders.log").write_text("orders\n")
    (logs.logs / "orders-relay.log").write_text("relay\n")

    assert of_resource(logs, name) == expected


def test_the_last_lines_are_shown(logs):
    assert last_lines(logs.logs / "orders.log", 2) == ["two", "three"]


def test_of_no_lines_none_is_shown(logs):
    assert last_lines(logs.logs / "orders.log", 0) == []


def test_a_log_that_is_not_there_has_no_lines(tmp_path):
    assert last_lines(tmp_path / "none.log") == []
