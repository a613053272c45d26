"""The notifications service, run from its deployment package."""

import json
import zipfile
from types import SimpleNamespace

import boto3
import pytest
from fake_catalogue import Catalogue
from kit.testing.events import request
from moto import mock_aws

pytestmark = pytest.mark.integration

DATA = {"order_id": "o-1", "caller": "ada", "customer": "Ada", "total_cents": 100}


@pytest.fixture
def function(built, import_fresh, monkeypatch, tmp_path):
    """The function's handler from the zip, with a table."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DELIVERIES_TABLE": "deliveries",
        "ROUTE_ROLES": json.dumps({"GET /notifications/{order_id}": "customer"}),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with zipfile.ZipFile(built["functions"]["notifications"]["archive"]) as archive:
        archive.extractall(tmp_path)
    keys = {"order_id": "HASH", "event_id": "RANGE"}
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="deliveries",
            KeySchema=[{"AttributeName": k, "KeyType": v} for k, v in keys.items()],
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        yield import_fresh("handler", tmp_path).handler


def event(event_id="e-1", *, wrapped=False, **changes):
    envelope = {
        "id": event_id,
        "type": "order-placed",
        "time": "2026-01-01T00:00:00Z",
        "subject": "orders/o-1",
        "correlation_id": "abc",
        "data": {**DATA, **changes},
    }
    text = json.dumps(envelope)
    return json.dumps({"Type": "Notification", "Message": text}) if wrapped else text


def deliver(function, *bodies):
    records = [
        {
            "messageId": f"m-{index}",
            "body": body,
            "eventSource": "aws:sqs",
            "attributes": {},
            "messageAttributes": {},
        }
        for index, body in enumerate(bodies)
    ]
    answer = function({"Records": records}, SimpleNamespace(get_remaining_time_in_millis=int))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def notifications(function, order_id="o-1", subject="ada", role="customer"):
    path = f"/notifications/{order_id}"
    asked = request("GET", path, route="/notifications/{order_id}", roles=(role,), subject=subject)
    answer = function(asked, None)
    return answer["statusCode"], json.loads(answer["body"]).get("notifications")


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_placed_order_notifies_its_customer(function, wrapped):
    failed = deliver(function, event(wrapped=wrapped))

    assert failed == []
    status, [found] = notifications(function)
    assert status == 200
    assert found["message"] == "Thank you, Ada: order o-1 is placed."
    assert (found["event_id"], found["correlation_id"]) == ("e-1", "abc")


def test_a_repeated_event_creates_one_notification(function):
    failed = deliver(function, event(), event()) + deliver(function, event(wrapped=True))

    assert failed == []
    assert len(notifications(function)[1]) == 1


@pytest.mark.parametrize("poison", ["{", "[]", "{}", event(order_id=""), event(customer=None)])
def test_only_the_malformed_event_stays_in_the_queue(function, poison):
    failed = deliver(function, event("e-1"), poison, event("e-2"))

    assert failed == ["m-1"]
    assert [one["event_id"] for one in notifications(function)[1]] == ["e-1", "e-2"]


def test_malformed_events_are_reported_one_by_one(function):
    assert deliver(function, "{", "[]") == ["m-0", "m-1"]


def test_another_customer_sees_no_notifications(function):
    deliver(function, event())

    assert notifications(function, subject="eve") == (200, [])


def test_a_token_without_the_role_is_refused(function):
    assert notifications(function, role="merchandiser")[0] == 403


def test_an_order_without_an_event_has_no_notifications(function):
    assert notifications(function, order_id="o-2") == (200, [])


def test_items_have_the_names_of_the_catalogue(function, monkeypatch):
    catalogue = Catalogue()
    monkeypatch.setenv("CATALOG_URL", catalogue.url)
    lines = [{"sku": sku, "quantity": 2, "price_cents": 1} for sku in ("lamp", "gone", "sofa")]

    failed = deliver(function, event(lines=lines), event("e-2", lines=lines * 4))
    catalogue.server.shutdown()
    catalogue.server.server_close()

    few, many = notifications(function)[1]
    assert failed == []
    assert few["items"] == ["2 x Lamp", "2 x gone", "2 x Sofa"]
    assert many["items"][3:6] == ["2 x Lamp", "2 x gone", "2 x sofa"]


def test_a_catalogue_that_is_down_does_not_hold_up_a_notification(function, monkeypatch):
    monkeypatch.setenv("CATALOG_URL", "http://127.0.0.1:1")

    failed = deliver(function, event(lines=[{"sku": "lamp", "quantity": 1, "price_cents": 1}]))

    assert failed == []
    assert notifications(function)[1][0]["items"] == ["1 x lamp"]
