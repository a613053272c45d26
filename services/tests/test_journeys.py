"""Journeys of customers and merchandisers over HTTP."""

import uuid

import pytest
import requests
from shop import eventually

pytestmark = pytest.mark.integration


def test_an_order_is_stored_announced_notified_and_taken_from_the_stock(shop):
    before = shop.pieces("lamp") or 0
    placed = shop.place("lamp", 2)

    assert placed.status_code == 201
    eventually(lambda: shop.pieces("lamp") == before - 2)
    order = placed.json()
    assert shop.order(order["id"]).json() == order
    assert order["lines"] == [{"sku": "lamp", "quantity": 2, "price_cents": 4200}]
    assert shop.wait_for_notification(order["id"])["order_id"] == order["id"]


def test_services_ask_each_other_when_an_order_arrives_and_what_its_items_are(shop):
    order = shop.place("lamp", 2).json()

    of_order = requests.get(
        f"{shop.endpoints['shop']}/orders/{order['id']}/delivery",
        headers=shop.as_role("customer"),
        timeout=15,
    )
    of_item = requests.get(f"{shop.endpoints['api']}/catalog/lamp/delivery", timeout=15)
    [told] = shop.wait_for_notification(order["id"])["notifications"]

    assert (of_order.status_code, of_item.status_code) == (200, 200), of_order.text + of_item.text
    assert of_order.json()["arrives_on"] == of_item.json()["arrives_on"]
    assert told["items"] == ["2 x Lamp"]


def test_nobody_but_its_callers_asks_delivery(shop):
    url = shop.bulkhead("url", "delivery").stdout.strip()

    answers = [
        requests.get(f"{url}/estimates?quantity=1", headers=headers, timeout=15)
        for headers in ({}, shop.as_role("customer"))
    ]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_an_item_that_was_put_is_found_by_anybody(shop):
    put = shop.put_item("desk", 9900)
    bucket = shop.bucket("uploads")
    lines = b"sku,name,price_cents\nstool,Stool,1900\nbench,Bench,free\n"
    shop.aws("s3").put_object(Bucket=bucket, Key="in/spring.csv", Body=lines)

    assert put.status_code == 200
    eventually(lambda: shop.item("stool").status_code == 200)
    assert shop.item("bench").status_code == 404
    assert shop.item("desk").json() == {"sku": "desk", "name": "Desk", "price_cents": 9900}
    assert shop.item("no-such-thing").status_code == 404


def test_a_browser_may_call_from_the_origin_that_the_service_names(shop):
    url = f"{shop.endpoints['api']}/catalog/desk"
    asked = {"Access-Control-Request-Method": "PUT"}

    ours, other = (
        requests.options(url, headers={"Origin": origin, **asked}, timeout=15)
        for origin in ("https://shop.example.com", "https://elsewhere.example.com")
    )

    assert ours.status_code == 204
    assert ours.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"
    assert ours.headers["Access-Control-Allow-Methods"] == "GET,PUT"
    assert "authorization" in ours.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in other.headers


def test_the_same_idempotency_key_is_the_same_order(shop):
    key = str(uuid.uuid4())

    first, second = shop.place(key=key), shop.place(key=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"customer": "ada", "lines": [{"sku": "no-such-thing", "quantity": 1}]}, "lines[0].sku"),
        ({"customer": "ada", "lines": [{"sku": "lamp", "quantity": 0}]}, "lines[0].quantity"),
        ({"customer": "ada", "lines": []}, "lines"),
        ({"lines": [{"sku": "lamp", "quantity": 1}]}, "customer"),
    ],
)
def test_an_order_that_cannot_be_filled_is_refused_with_its_field(shop, body, named):
    url = f"{shop.endpoints['shop']}/orders"

    answer = requests.post(url, json=body, headers=shop.as_role("customer"), timeout=15)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [named]


def test_a_price_that_is_none_is_refused_with_its_field(shop):
    url = f"{shop.endpoints['api']}/catalog/lamp"

    answer = requests.put(
        url,
        json={"name": "Lamp", "price_cents": -1},
        headers=shop.as_role("merchandiser"),
        timeout=15,
    )

    assert answer.status_code in (400, 422)
    assert "price_cents" in answer.text


@pytest.mark.parametrize("token", [None, "Bearer nonsense", "Bearer a.b.c"])
def test_requests_without_a_valid_token_get_401(shop, token):
    headers = {"authorization": token} if token else {}
    shop_url, api_url = shop.endpoints["shop"], shop.endpoints["api"]

    ordered = requests.get(f"{shop_url}/orders/{uuid.uuid4()}", headers=headers, timeout=15)
    put = requests.put(f"{api_url}/catalog/lamp", json={}, headers=headers, timeout=15)

    assert (ordered.status_code, put.status_code) == (401, 401)


def test_requests_without_the_role_get_403(shop):
    shop_url, api_url = shop.endpoints["shop"], shop.endpoints["api"]

    put = requests.put(
        f"{api_url}/catalog/lamp",
        json={"name": "Lamp", "price_cents": 1},
        headers=shop.as_role("customer"),
        timeout=15,
    )
    ordered = requests.get(
        f"{shop_url}/orders/{uuid.uuid4()}", headers=shop.as_role("merchandiser"), timeout=15
    )

    assert (put.status_code, ordered.status_code) == (403, 403)


def test_unknown_paths_get_404(shop):
    for url in shop.endpoints.values():
        assert requests.get(f"{url}/nothing-here", timeout=15).status_code == 404
