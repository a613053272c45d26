"""The worker drops the cached price of a product that changed, once per event."""

import json
import signal

import pytest
import valkey

pytestmark = pytest.mark.integration


@pytest.fixture
def changed(migrated):
    """Send a product-changed event to the worker's queue; return the queue's variables."""
    sqs = migrated.clients["sqs"]
    urls = {
        f"PRODUCT_CHANGED_{suffix}": sqs.create_queue(QueueName=suffix)["QueueUrl"]
        for suffix in ("QUEUE_URL", "DEAD_LETTERS_URL")
    }

    def send(event_id, sku):
        envelope = {
            "specversion": "1.0",
            "id": event_id,
            "source": "catalog",
            "type": "product-changed",
            "subject": f"products/{sku}",
            "data": {"sku": sku, "name": sku.title(), "price_cents": 100},
        }
        sqs.send_message(
            QueueUrl=urls["PRODUCT_CHANGED_QUEUE_URL"], MessageBody=json.dumps(envelope)
        )
        return urls

    return send


def test_the_price_of_a_changed_product_is_dropped_once(migrated, prices, changed, wait_for):
    cache = valkey.ValkeyCluster(prices.host, prices.port, username="prices")
    for sku in ("lamp", "desk"):
        cache.set(sku, "cached")
    worker = migrated.start("orders.worker", **changed("e-1", "lamp"))
    wait_for(lambda: cache.get("lamp") is None, worker)
    cache.set("lamp", "cached again")

    changed("e-1", "lamp")  # the same event is delivered again
    changed("e-2", "desk")

    wait_for(lambda: cache.get("desk") is None, worker)
    wait_for(lambda: migrated.rows("SELECT count(*) FROM inbox") == [(2,)], worker)
    assert cache.get("lamp") == b"cached again"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
