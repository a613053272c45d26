"""The inventory: counted by people, reduced once by each order, and announced."""

import json
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from kit.testing.events import request

INVENTORY = Path(__file__).resolve().parents[1]
ROUTES = {"GET /inventory/{sku}": "public", "PUT /inventory/{sku}": "merchandiser"}


@pytest.fixture
def handler(aws, import_fresh, monkeypatch):
    for name, value in {
        "SERVICE_NAME": "inventory",
        "STOCK_TABLE": "stock",
        "ORDERS_RECEIVED_TABLE": "received",
        "ROUTE_ROLES": json.dumps(ROUTES),
        "EVENT_SCHEMAS_DIRECTORY": str(INVENTORY),
    }.items():
        monkeypatch.setenv(name, value)
    for table, key in (("stock", "sku"), ("received", "id")):
        boto3.client("dynamodb").create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    return import_fresh("handler", INVENTORY, INVENTORY.parent)


def ask(handler, method, sku, body=None, role=None):
    roles = (role,) if role else ()
    path = f"/inventory/{sku}"
    event = request(method, path, route="/inventory/{sku}", body=body, roles=roles)
    answer = handler.handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def place(handler, *events):
    """Deliver order-placed events: pairs of an ID and the ordered quantity by SKU."""
    records = [
        {
            "messageId": event_id,
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:1:inventory-order-placed",
            "attributes": {},
            "messageAttributes": {},
            "body": json.dumps(
                {
                    "specversion": "1.0",
                    "id": event_id,
                    "source": "orders",
                    "type": "order-placed",
                    "subject": f"orders/{event_id}",
                    "data": {"lines": [{"sku": s, "quantity": n} for s, n in lines]},
                }
            ),
        }
        for event_id, lines in events
    ]
    context = SimpleNamespace(get_remaining_time_in_millis=int)
    return handler.handler({"Records": records}, context)["batchItemFailures"]


def test_an_order_reduces_the_stock_once(handler):
    ask(handler, "PUT", "lamp", {"pieces": 10}, "merchandiser")
    lines = [("lamp", 2), ("sofa", 1), ("lamp", 1)]

    failed = place(handler, ("o-1", lines), ("o-1", lines)) + place(handler, ("o-1", lines))

    assert failed == []
    assert ask(handler, "GET", "lamp") == (200, {"sku": "lamp", "pieces": 7})
    assert ask(handler, "GET", "sofa") == (200, {"sku": "sofa", "pieces": -1})


def test_an_order_of_more_items_than_a_transaction_takes_reduces_each_once(handler):
    lines = [(f"sku-{number}", 1) for number in range(100)]

    failed = place(handler, ("o-1", lines)) + place(handler, ("o-1", lines))

    assert failed == []
    assert [ask(handler, "GET", sku)[1]["pieces"] for sku in ("sku-0", "sku-99")] == [-1, -1]


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        ("merchandiser", {"pieces": 0}, 200),
        ("merchandiser", {"pieces": -1}, 422),
        ("merchandiser", {"pieces": "3"}, 422),
        ("customer", {"pieces": 1}, 403),
        (None, {"pieces": 1}, 403),
    ],
)
def test_the_stock_is_counted_by_merchandisers(handler, role, body, status):
    assert ask(handler, "PUT", "lamp", body, role)[0] == status
    assert ask(handler, "GET", "lamp")[0] == (200 if status == 200 else 404)


def test_each_change_of_the_stock_is_announced_with_the_items_version(handler, monkeypatch):
    topic = boto3.client("sns").create_topic(Name="stock-changed")["TopicArn"]
    queue = boto3.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    boto3.client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    monkeypatch.setenv("STOCK_CHANGED_TOPIC_ARN", topic)
    image = {"sku": {"S": "lamp"}, "pieces": {"N": "-3"}, "version": {"N": "4"}}
    record = {
        "eventName": "MODIFY",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:1:table/stock/stream/now",
        "dynamodb": {
            "SequenceNumber": "1",
            "Keys": {"sku": {"S": "lamp"}},
            "ApproximateCreationDateTime": 1767225600,
            "NewImage": image,
        },
    }

    answer = handler.handler({"Records": [record]}, None)

    assert answer == {"batchItemFailures": []}
    [message] = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])
    assert (told["type"], told["subject"], told["sequence"], told["data"]) == (
        "stock-changed",
        "inventory/lamp",
        f"{4:020}",
        {"sku": "lamp", "pieces": -3},
    )
    assert told["dataschema"] == "urn:bulkhead:event:stock-changed:1"
