"""The worker drops the cached price of a product that changed, and keeps the latest stock."""

import json
import signal

import pytest
import valkey

pytestmark = pytest.mark.integration
EVENTS = ("PRODUCT_CHANGED", "STOCK_CHANGED")


@pytest.fixture(scope="module")
def queues(world):
    """The variables of the worker's queues."""
    sqs = world.clients["sqs"]
    return {
        f"{event}_{suffix}": sqs.create_queue(QueueName=f"{event}_{suffix}")["QueueUrl"]
        for event in EVENTS
        for suffix in ("QUEUE_URL", "DEAD_LETTERS_URL")
    }


@pytest.fixture
def worker(migrated, queues):
    running = migrated.start("orders.worker", **queues, STOCK_CHANGED_LATEST_ONLY="true")
    yield running
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=30) == 0


@pytest.fixture
def send(world, queues):
    def put(event_id, type_, subject, data, sequence=None):
        envelope = {
            "specversion": "1.0",
            "id": event_id,
            "source": "elsewhere",
            "type": type_,
            "subject": subject,
            "time": f"2026-01-01T12:00:0{sequence or 0}.000Z",
            "data": data,
        }
        if sequence is not None:
            envelope["sequence"] = f"{sequence:020}"
        url = queues[f"{type_.upper().replace('-', '_')}_QUEUE_URL"]
        world.clients["sqs"].send_message(QueueUrl=url, MessageBody=json.dumps(envelope))

    return put


@pytest.fixture
def product(send):
    def change(event_id, sku):
        data = {"sku": sku, "name": sku.title(), "price_cents": 100}
        send(event_id, "product-changed", f"products/{sku}", data)

    return change


@pytest.fixture
def stock(send):
    def change(event_id, sku, pieces, sequence):
        data = {"sku": sku, "pieces": pieces}
        send(event_id, "stock-changed", f"inventory/{sku}", data, sequence)

    return change


def handled(world, *ids):
    found = world.rows("SELECT id FROM inbox WHERE id = ANY(%s)", list(ids))
    return {one for (one,) in found} == set(ids)


def test_the_price_of_a_changed_product_is_dropped_once(
    migrated, prices, worker, product, wait_for
):
    cache = valkey.ValkeyCluster(prices.host, prices.port, username="prices")
    for sku in ("lamp", "desk"):
        cache.set(sku, "cached")
    product("e-1", "lamp")
    wait_for(lambda: cache.get("lamp") is None, worker)
    cache.set("lamp", "cached again")

    product("e-1", "lamp")  # the same event is delivered again
    product("e-2", "desk")

    wait_for(lambda: cache.get("desk") is None, worker)
    wait_for(lambda: handled(migrated, "e-1", "e-2"), worker)
    assert cache.get("lamp") == b"cached again"


def test_the_ledger_keeps_the_latest_stock_whatever_the_order_of_delivery(
    migrated, worker, stock, wait_for
):
    stock("s-2", "lamp", 7, sequence=2)
    wait_for(lambda: handled(migrated, "s-2"), worker)

    stock("s-1", "lamp", 9, sequence=1)  # older, and delivered later
    stock("s-3", "desk", -1, sequence=1)

    wait_for(lambda: handled(migrated, "s-1", "s-3"), worker)
    found = migrated.rows("SELECT sku, pieces FROM stock ORDER BY sku")
    assert found == [("desk", -1), ("lamp", 7)]


def test_an_order_beyond_the_announced_stock_is_accepted_with_a_warning(migrated, call, order):
    with migrated.connect() as connection:
        connection.execute("INSERT INTO stock VALUES ('lamp', 1, now()) ON CONFLICT DO NOTHING")
        connection.execute("UPDATE stock SET pieces = 1 WHERE sku = 'lamp'")
    service, url = migrated.serve(call)

    status, made, _ = order(url, ("lamp", 2))

    assert status == 201
    lines = [json.loads(line) for line in service.log.read_text().splitlines() if "beyond" in line]
    assert [(one["order_id"], one["skus"]) for one in lines] == [(made["id"], ["lamp"])]
