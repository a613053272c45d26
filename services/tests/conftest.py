"""One shop for all tests of this folder, deployed at the start and destroyed at the end."""

from pathlib import Path

import pytest
from checkout import Checkout
from shop import Shop, bulkhead

from localcloud.layout import Layout

HERE = Path(__file__).parent
ORDER = (
    "test_journeys",
    "test_observed",
    "test_archived",
    "test_console",
    "test_objectives_ring",
    "test_policies_stop",
    "test_bad_input",
    "test_engine_runs",
    "test_faults",
    "test_part",
    "test_dev",
    "test_survival",
    "test_killed_under_load",
    "test_own_checkout",
)
"""Test modules in order; disruptive ones are last."""

SECONDS = 900
"""Timeout of a test in seconds; the first one deploys the shop, and may build the engine."""


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS))
    places = {name: place for place, name in enumerate(ORDER)}
    items.sort(key=lambda item: places.get(item.path.stem, -1))


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    layout = Layout(tmp_path_factory.mktemp("home"))
    try:
        bulkhead(layout, "up")
        made = Shop(layout)
        assert made.put_item("lamp").status_code == 200
        yield made
    finally:
        bulkhead(layout, "destroy", check=False)
        bulkhead(layout, "down", check=False)


@pytest.fixture(scope="session")
def copied(tmp_path_factory):
    """Copy the project once; `checkout` restores it for each test."""
    return Checkout.copy(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def checkout(copied):
    """Return a copy of the project that the test may change."""
    yield copied
    copied.restore()


@pytest.fixture
def as_it_was(shop):
    """Deploy the committed shop after the test."""
    yield
    shop.bulkhead("up")
