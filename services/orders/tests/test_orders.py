"""The HTTP API of the orders service."""

import concurrent.futures
import signal
import uuid

import pytest

pytestmark = pytest.mark.integration


@pytest.fixture
def read(shop, call, token):
    def get(order_id, subject="ada", role="customer"):
        headers = {"authorization": f"Bearer {token(role, subject=subject)}"}
        return call("GET", f"{shop}/orders/{order_id}", headers=headers)[:2]

    return get


def test_an_order_keeps_the_prices_of_its_time(shop, order, read):
    status, placed, _ = order(shop, ("lamp", 2), ("sofa", 1))

    assert status == 201
    assert placed["total_cents"] == 2 * 4900 + 90000
    assert read(placed["id"]) == (200, placed)


def test_the_day_of_arrival_is_asked_of_delivery(world, shop, order, read):
    _, placed, _ = order(shop, ("lamp", 2), ("sofa", 1))

    found = read(f"{placed['id']}/delivery")
    told = world.catalogue.headers
    world.catalogue.arrives_on = "never"
    unknown = read(f"{placed['id']}/delivery")
    world.catalogue.arrives_on = "2026-12-01"

    assert found == (200, {"order_id": placed["id"], "arrives_on": "2026-12-01"})
    assert told["authorization"].startswith("Bearer ")
    assert unknown[0] == 503
    assert read(f"{uuid.uuid4()}/delivery")[0] == 404


def test_an_order_and_its_event_are_written_together(world, shop, order):
    _, placed, headers = order(shop)

    [(envelope,)] = world.rows(
        "SELECT envelope FROM outbox WHERE envelope -> 'data' ->> 'order_id' = %s", placed["id"]
    )
    assert envelope | {"id": "", "time": "", "data": {}} == {
        "specversion": "1.0",
        "id": "",
        "source": "orders",
        "type": "order-placed",
        "subject": f"orders/{placed['id']}",
        "time": "",
        "datacontenttype": "application/json",
        "dataschema": "urn:bulkhead:event:order-placed:1",
        "data": {},
        "correlationid": headers["x-correlation-id"],
        "traceparent": envelope["traceparent"],
        "baggage": "hops=1",
        "sequence": f"{1:020}",
    }
    assert envelope["data"]["lines"] == placed["lines"]


def test_the_same_key_gives_the_same_order(world, shop, order):
    first = order(shop, key="k-1")
    second = order(shop, key="k-1")

    assert (first[0], second[0]) == (201, 201)
    assert second[1] == first[1]
    assert second[2]["idempotency-replayed"] == "true"


def test_the_same_key_sent_at_once_gives_one_order(world, shop, order):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(order, shop, key="k-2") for _ in range(8)]
        answers = [one.result() for one in sent]

    assert {status for status, _, _ in answers} == {201}
    assert len({body["id"] for _, body, _ in answers}) == 1
    assert world.rows("SELECT count(*) FROM orders WHERE idempotency_key = 'k-2'") == [(1,)]


def test_a_key_belongs_to_the_caller_who_sent_it(shop, order):
    mine = order(shop, key="k-3")[1]["id"]
    theirs = order(shop, key="k-3", subject="eve")[1]["id"]

    assert mine != theirs


def test_a_key_with_another_order_is_refused(shop, order):
    order(shop, key="k-4")
    status, body, _ = order(shop, ("lamp", 3), key="k-4")

    assert status == 422
    assert body["errors"][0]["field"] == "Idempotency-Key"


def test_an_unknown_sku_is_named(world, shop, order):
    status, body, _ = order(shop, ("lamp", 1), ("boat", 1))

    assert status == 422
    [error] = body["errors"]
    assert error == {"field": "lines[1].sku", "message": "the catalogue has no sku 'boat'"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customer": ""}, "customer"),
        ({"customer": 5}, "customer"),
        ({"customer": "A\0da"}, "customer"),
        ({"customer": "A\nda"}, "customer"),
        ({"customer": "\ud800"}, "customer"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "lamp", "quantity": 0}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "lamp", "quantity": "2"}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "a b", "quantity": 1}]}, "lines[0].sku"),
        ({"lines": [{"sku": "a\0", "quantity": 1}]}, "lines[0].sku"),
        ({"lines": [{"sku": "a\n", "quantity": 1}]}, "lines[0].sku"),
        ({"lines": [{"sku": "lamp"}]}, "lines[0].quantity"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_body_is_refused_with_its_field(shop, order, body, field):
    status, answer, _ = order(shop, **body)

    assert status == 422
    assert [error["field"] for error in answer["errors"]] == [field]


@pytest.mark.parametrize("body", [b"{", b""])
def test_a_body_that_is_no_json_is_refused(shop, call, token, body):
    headers = {"authorization": f"Bearer {token('customer')}"}

    status, answer, _ = call("POST", f"{shop}/orders", body, headers)

    assert (status, answer["errors"][0]["field"]) == (422, "body")


def test_an_order_is_shown_to_nobody_else(shop, order, read):
    _, placed, _ = order(shop)

    assert read(placed["id"], subject="eve")[0] == 404


@pytest.mark.parametrize("order_id", [str(uuid.UUID(int=0)), "nonsense"])
def test_an_order_that_is_not_there_is_not_found(read, order_id):
    assert read(order_id) == (404, {"message": f"there is no order {order_id!r} of yours"})


def test_a_token_without_the_role_is_refused(read):
    assert read("x", role="merchandiser")[0] == 403


def test_a_request_without_a_token_is_refused(shop, call):
    assert call("GET", f"{shop}/orders/x")[0] == 401


def test_a_path_without_a_role_is_closed(shop, call):
    assert call("GET", f"{shop}/docs")[0] == 403


def test_an_unavailable_catalogue_is_reported(world, shop, order):
    world.catalogue.prices["vase"] = 100
    world.catalogue.broken = True
    try:
        status, body, headers = order(shop, ("vase", 1))
    finally:
        world.catalogue.broken = False

    assert status == 503
    assert "the catalogue does not answer" in body["message"]
    assert headers["retry-after"] == "1"


def test_prices_are_cached(world, shop, order):
    order(shop, ("lamp", 1))
    asked = world.catalogue.asked

    order(shop, ("lamp", 1))

    assert world.catalogue.asked == asked


def test_all_prices_of_an_order_are_one_call(world, shop, order):
    skus = [f"chair-{number}" for number in range(5)]
    world.catalogue.prices |= dict.fromkeys(skus, 100)
    asked = world.catalogue.asked

    status, placed, _ = order(shop, *((sku, 1) for sku in skus))

    assert (status, placed["total_cents"]) == (201, 500)
    assert world.catalogue.asked == asked + 1


def test_sigterm_lets_requests_in_progress_finish(migrated, call, order):
    process, url = migrated.serve(call)
    with concurrent.futures.ThreadPoolExecutor(8) as pool, migrated.connect() as holder:
        holder.execute("BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE")
        sent = [pool.submit(order, url) for _ in range(4)]
        wait = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while migrated.rows(wait)[0][0] < 4:
            pass
        process.send_signal(signal.SIGTERM)
        holder.execute("COMMIT")
        answers = [one.result()[0] for one in sent]

    assert answers == [201] * 4
    assert process.wait(timeout=10) == 0


def test_a_missing_variable_stops_the_start_with_its_name(world):
    code, log = world.run("orders", ROUTE_ROLES="")

    assert code == 1
    assert "ROUTE_ROLES is not set" in log
    assert "Traceback" not in log
