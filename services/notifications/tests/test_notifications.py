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

DATA = {
    "order_id": "o-1",
    "caller": "ada",
    "customer": "Ada",
    "lines": [{"sku": "lamp", "quantity": 1, "price_cents": 100}],
    "total_cents": 100,
}
QUEUE = "notifications-order-placed"


@pytest.fixture
def function(built, import_fresh, monkeypatch, tmp_path):
    """The function's handler from the zip, with a table."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DELIVERIES_TABLE": "deliveries",
        "CATALOG_URL": "http://127.0.0.1:1",
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


@pytest.fixture
def dead_letters(function, monkeypatch):
    """Return the messages in the dead-letter queue of the function's queue."""
    sqs = boto3.client("sqs")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in (QUEUE, "dead")}
    monkeypatch.setenv("ORDER_PLACED_QUEUE_URL", urls[QUEUE])
    monkeypatch.setenv("ORDER_PLACED_DEAD_LETTERS_URL", urls["dead"])

    def receive():
        return sqs.receive_message(QueueUrl=urls["dead"], MessageAttributeNames=["All"])["Messages"]

    return receive


def event(event_id="e-1", *, wrapped=False, former=False, **changes):
    envelope = {
        "id": event_id,
        "type": "order-placed",
        "time": "2026-01-01T00:00:00Z",
        "subject": "orders/o-1",
        "data": {**DATA, **changes},
    }
    if former:
        envelope["correlation_id"] = "abc"
    else:
        schema = "urn:bulkhead:event:order-placed:1"
        envelope |= {"specversion": "1.0", "source": "orders", "dataschema": schema}
        envelope["correlationid"] = "abc"
    text = json.dumps(envelope)
    return json.dumps({"Type": "Notification", "Message": text}) if wrapped else text


def deliver(function, *bodies):
    records = [
        {
            "messageId": f"m-{index}",
            "body": body,
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{QUEUE}",
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


@pytest.mark.parametrize("form", [{}, {"wrapped": True}, {"former": True}])
def test_a_placed_order_notifies_its_customer(function, form):
    failed = deliver(function, event(**form))

    assert failed == []
    status, [found] = notifications(function)
    assert status == 200
    assert found["message"] == "Thank you, Ada: order o-1 is placed."
    assert (found["event_id"], found["correlation_id"]) == ("e-1", "abc")


def test_a_repeated_event_creates_one_notification(function):
    failed = deliver(function, event(), event()) + deliver(function, event(wrapped=True))

    assert failed == []
    assert len(notifications(function)[1]) == 1


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        ("{", "the message is not JSON"),
        ("[]", "the message is not a JSON object"),
        (event(order_id=""), "data.order_id: the value is shorter than 1 character"),
        (event(former=True, customer=None), 'data.customer: the value is not of type "string"'),
        (event(total_cents="x" * 300_000), "261120 are allowed"),
    ],
)
def test_a_malformed_event_alone_goes_to_the_dead_letters_with_the_reason(
    function, dead_letters, poison, reason
):
    failed = deliver(function, event("e-1"), poison, event("e-2"))

    assert failed == []
    assert [one["event_id"] for one in notifications(function)[1]] == ["e-1", "e-2"]
    [letter] = dead_letters()
    assert letter["Body"] == poison
    assert reason in letter["MessageAttributes"]["reason"]["StringValue"]


def test_malformed_events_are_received_again_while_no_dead_letters_are_known(function):
    assert deliver(function, "{", event(), "[]") == ["m-0", "m-2"]


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
    assert many["items"] == few["items"] * 4
    assert catalogue.asked == 2  # once for each order


def test_a_catalogue_that_is_down_does_not_hold_up_a_notification(function):
    failed = deliver(function, event(lines=[{"sku": "lamp", "quantity": 1, "price_cents": 1}]))

    assert failed == []
    assert notifications(function)[1][0]["items"] == ["1 x lamp"]
