"""The nightly check of the ledger."""

import json
import uuid

import pytest

pytestmark = pytest.mark.integration


def summary(log):
    return json.loads(log.strip().splitlines()[-1])


def test_a_wrong_total_and_an_event_that_waits_fail_the_job(migrated):
    code, log = migrated.run("orders.reconcile")
    assert (code, summary(log)["message"]) == (0, "the ledger is consistent")

    order, event = str(uuid.uuid4()), str(uuid.uuid4())
    envelope = json.dumps({"id": event, "time": "2026-01-01T00:00:00Z"})
    with migrated.connect() as connection:
        connection.execute(
            "INSERT INTO orders (id, caller, customer, total_cents, fingerprint)"
            " VALUES (%s, 'c', 'n', 100, 'f')",
            [order],
        )
        connection.execute(
            "INSERT INTO outbox (id, type, envelope) VALUES (%s, 'order-placed', %s)",
            [event, envelope],
        )

    code, log = migrated.run("orders.reconcile")

    found = summary(log)
    assert (code, found["wrong_totals"]["first"]) == (1, [order])
    assert found["waiting_events"] == {"count": 1, "first": [event]}
