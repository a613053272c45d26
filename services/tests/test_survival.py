"""The shop keeps its data when processes are killed."""

import os
import signal

import psutil
import pytest
from shop import eventually

pytestmark = pytest.mark.integration

IN_FLIGHT_SECONDS = 90  # visibility timeout of the messages of a killed worker, and some more


def ready(shop):
    status = shop.status()
    services = all(one["state"] == "ready" for one in status["services"])
    return services and all(one["state"] == "ready" for one in status["processes"]) and status


def identities(shop):
    """Return ID and ARN of every resource in the stack's state."""
    return {one["urn"]: (one.get("id"), one.get("outputs", {}).get("arn")) for one in shop.state()}


def undelivered(shop):
    queues = shop.aws("sqs").list_queues()["QueueUrls"]
    return sum(
        int(value)
        for url in queues
        if "dead" not in url
        for value in shop.aws("sqs")
        .get_queue_attributes(
            QueueUrl=url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        .values()
    )


@pytest.mark.parametrize("name", ["control", "workers", "frontdoor", "database"])
def test_a_killed_process_comes_back_with_everything_that_was_acknowledged(shop, name):
    placed = [shop.place().json()["id"] for _ in range(5)]
    assert shop.put_item(f"kept-{name}").status_code == 200
    [found] = [one for one in shop.status()["processes"] if one["name"].startswith(name)]

    os.kill(found["pid"], signal.SIGKILL)

    eventually(lambda: not psutil.pid_exists(found["pid"]))
    eventually(lambda: ready(shop), seconds=60)
    assert eventually(lambda: shop.item(f"kept-{name}").status_code == 200)
    for order_id in placed:
        assert shop.order(order_id).json()["id"] == order_id
        told = shop.wait_for_notification(order_id, IN_FLIGHT_SECONDS)
        assert told["order_id"] == order_id


def test_after_a_killed_supervisor_a_start_without_pulumi_finds_everything(shop):
    before = identities(shop)
    placed = [shop.place().json()["id"] for _ in range(5)]
    supervisor = psutil.Process(shop.status_of_supervisor()["pid"])
    family = [supervisor, *supervisor.children(recursive=True)]

    supervisor.kill()
    eventually(lambda: not any(one.is_running() for one in family), seconds=30)
    shop.start_without_pulumi()

    eventually(lambda: ready(shop), seconds=60)
    assert eventually(lambda: shop.item("lamp").status_code == 200)
    for order_id in placed:
        assert shop.order(order_id).json()["id"] == order_id
        told = shop.wait_for_notification(order_id, IN_FLIGHT_SECONDS)
        assert told["order_id"] == order_id
    eventually(lambda: undelivered(shop) == 0, seconds=150)  # a visibility timeout may pass
    assert identities(shop) == before


def test_after_the_kills_a_refresh_finds_no_change(shop):
    shop.pulumi("refresh", "--preview-only", "--expect-no-changes")
