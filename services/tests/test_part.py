"""A part of the shop runs; the rest is stopped, and keeps its data and its messages."""

import uuid

import pytest
from shop import eventually
from test_faults import outbox, publish

pytestmark = pytest.mark.integration

RUNNING = {"credentials-rotation", "delivery"}
STOPPED = {"catalog", "inventory", "notifications", "orders", "orders-relay", "orders-worker"}
TEXT = "The service {} is stopped on this machine. Start it with: bulkhead up"


def states(shop):
    """Return the state of each service, the database's as that of `database`."""
    return {
        "database" if one["kind"] == "database" else one["name"]: one["state"]
        for one in shop.status()["services"]
    }


@pytest.fixture
def whole(shop):
    yield
    shop.bulkhead("up")


def test_a_part_runs_until_a_plain_up_and_the_rest_loses_nothing(shop, whole):
    order_id = shop.place().json()["id"]
    first = shop.wait_for_notification(order_id)["notifications"]
    envelope, _ = eventually(lambda: outbox(shop, order_id))
    ids = {one["urn"]: one.get("id") for one in shop.state()}
    expected = dict.fromkeys(RUNNING, "ready") | dict.fromkeys({*STOPPED, "database"}, "stopped")

    said = shop.bulkhead("up", "--only", "delivery").stderr
    eventually(lambda: not shop.tasks() and not shop.tasks("relay"))
    assert "Stopped: catalog, inventory, notifications, orders" in said
    assert states(shop) == expected
    assert shop.bulkhead("status").returncode == 0
    refused = shop.item("lamp")
    assert (refused.status_code, refused.json()["message"]) == (503, TEXT.format("catalog"))
    refused = shop.order(order_id)
    assert (refused.status_code, refused.text.strip()) == (503, TEXT.format("orders"))
    refused = shop.notification(order_id)
    assert (refused.status_code, refused.json()["message"]) == (503, TEXT.format("notifications"))
    publish(shop, {**envelope, "id": str(uuid.uuid4())})
    shop.pulumi("refresh", "--preview-only", "--expect-no-changes")

    shop.bulkhead("down")
    shop.start_without_pulumi()
    eventually(lambda: states(shop) == expected, seconds=60)
    assert not shop.tasks()

    shop.bulkhead("up")
    assert set(states(shop).values()) == {"ready"}
    assert shop.order(order_id).json()["id"] == order_id
    eventually(
        lambda: len(shop.notification(order_id).json()["notifications"]) == len(first) + 1,
        seconds=90,
    )
    assert {one["urn"]: one.get("id") for one in shop.state()} == ids


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("", "--only names no service: write one or more of: catalog, delivery,"),
        ("orders,payment", "--only names the unknown service payment: write one or more of: cat"),
    ],
)
def test_what_is_not_a_service_is_refused(shop, only, message):
    done = shop.bulkhead("up", "--only", only, check=False)

    assert done.returncode == 1
    assert message in done.stderr
