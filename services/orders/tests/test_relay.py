"""The relay publishes each event at least once, even if relays stop and start."""

import collections
import json
import signal
import time
import uuid

import psutil
import pytest

pytestmark = pytest.mark.integration

WAITING = "SELECT count(*) FROM outbox WHERE published_at IS NULL"

CONNECTED = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'orders' AND datname = current_database() AND state = 'idle'
"""


def fill(world, count):
    """Insert events into the outbox, like the service."""
    ids = [str(uuid.uuid4()) for _ in range(count)]
    with world.connect() as connection, connection.transaction():
        for event_id in ids:
            envelope = json.dumps({"id": event_id, "type": "order-placed"})
            connection.execute(
                "INSERT INTO outbox (id, type, envelope) VALUES (%s, 'order-placed', %s)",
                [event_id, envelope],
            )
        connection.execute("NOTIFY outbox")
    return ids


def collect(world, wait_for, ids):
    """Wait until each of *ids* has arrived; return all received IDs, sorted."""
    found = []

    def all_there():
        found.extend(one["id"] for one in world.messages())
        return set(ids) <= set(found)

    wait_for(all_there)
    return [one for one in found if one in ids]


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=10)


def test_two_relays_share_the_work_and_publish_each_event_once(migrated, wait_for):
    relays = [migrated.start("orders.relay") for _ in range(2)]
    wait_for(lambda: migrated.rows(CONNECTED) == [(2,)])
    ids = fill(migrated, 60)

    found = collect(migrated, wait_for, ids)

    wait_for(lambda: migrated.rows(WAITING) == [(0,)])
    assert collections.Counter(found) == collections.Counter(ids)
    assert [stop(relay) for relay in relays] == [0, 0]
    assert all('"published": ' in relay.log.read_text() for relay in relays)


def test_a_new_event_wakes_the_relay(migrated, wait_for):
    relay = migrated.start("orders.relay", RELAY_POLL_SECONDS="600")
    collect(migrated, wait_for, fill(migrated, 1))
    time.sleep(0.3)  # the relay is idle now

    collect(migrated, wait_for, fill(migrated, 1))

    stop(relay)


def test_an_event_that_sns_refuses_is_tried_again_later(migrated, wait_for):
    nowhere = "arn:aws:sns:eu-west-1:123456789012:nowhere"
    [event_id] = fill(migrated, 1)
    relay = migrated.start("orders.relay", ORDER_PLACED_TOPIC_ARN=nowhere)
    tries = "SELECT attempts FROM outbox WHERE id = %s"
    wait_for(lambda: migrated.rows(tries, event_id)[0][0] >= 1, relay)
    assert relay.poll() is None
    stop(relay)

    later = migrated.start("orders.relay")

    assert collect(migrated, wait_for, [event_id]) == [event_id]
    stop(later)


def test_a_relay_that_is_killed_loses_nothing(migrated, wait_for):
    ids = fill(migrated, 40)
    relay = migrated.start("orders.relay")
    wait_for(lambda: migrated.rows(WAITING)[0][0] < 40, relay)
    relay.kill()
    relay.wait()

    later = migrated.start("orders.relay")
    wait_for(lambda: migrated.rows(WAITING) == [(0,)], later)

    assert set(collect(migrated, wait_for, ids)) == set(ids)
    stop(later)


def test_a_relay_outlives_a_lost_connection(migrated, wait_for):
    relay = migrated.start("orders.relay")
    collect(migrated, wait_for, fill(migrated, 1))
    migrated.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'orders' AND datname = current_database()"
    )

    [event_id] = fill(migrated, 1)

    assert collect(migrated, wait_for, [event_id]) == [event_id]
    stop(relay)


def test_an_idle_relay_costs_next_to_nothing(migrated, wait_for):
    relay = migrated.start("orders.relay")
    collect(migrated, wait_for, fill(migrated, 1))
    time.sleep(0.3)
    process = psutil.Process(relay.pid)

    before = sum(process.cpu_times()[:2])
    time.sleep(2)

    assert sum(process.cpu_times()[:2]) - before <= 0.04  # two per cent of one core
    stop(relay)
