"""Price lists that are uploaded become items; what is wrong with them is told."""

import json
from pathlib import Path

import boto3
import pytest

SERVICES = Path(__file__).resolve().parents[2]
HEAD = b"sku,name,price_cents\n"


@pytest.fixture
def upload(aws, import_fresh, monkeypatch):
    """Store a list and invoke the function with S3's message; return the messages that failed."""
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    s3.create_bucket(
        Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    boto3.client("dynamodb").create_table(
        TableName="products",
        KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    for name, value in {
        "PRODUCTS_TABLE": "products",
        "UPLOADS_BUCKET": "uploads",
        "ROUTE_ROLES": "{}",
        "PRICE_LISTS_QUEUE_URL": "http://sqs/1/catalog-price-lists",
        "PRICE_LISTS_DEAD_LETTERS_URL": dead,
    }.items():
        monkeypatch.setenv(name, value)
    handler = import_fresh("handler", SERVICES / "catalog", SERVICES)

    def send(content, key="in/spring.csv"):
        if content is not None:
            s3.put_object(Bucket="uploads", Key=key, Body=content)
        about = {"bucket": {"name": "uploads"}, "object": {"key": key}}
        one = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": about}
        message = {
            "messageId": "m-1",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:1:catalog-price-lists",
            "body": json.dumps({"Records": [one]}),
        }
        return handler.handler({"Records": [message]}, None)["batchItemFailures"]

    return send


def items():
    found = boto3.resource("dynamodb").Table("products").scan()["Items"]
    return {item["sku"]: (item["name"], int(item["price_cents"])) for item in found}


def test_lines_become_items_and_bad_ones_are_reported(upload):
    lines = 'lamp,"Lamp, green",4900\nsofa,Sofa,free\n,Nothing,1\nchair,Chair\ntable,Table,99\n'

    failed = upload(HEAD + lines.encode()) + upload(HEAD + lines.encode())

    assert failed == []
    assert items() == {"lamp": ("Lamp, green", 4900), "table": ("Table", 99)}
    body = boto3.client("s3").get_object(Bucket="uploads", Key="reports/spring.csv.json")["Body"]
    report = json.loads(body.read())
    assert (report["saved"], report["refused"]) == (2, 3)
    assert [(one["line"], one["reason"].partition(":")[0]) for one in report["lines"]] == [
        (3, "price_cents"),
        (4, "write three columns"),
        (5, "write three columns"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"name,sku\nLamp,lamp\n", "must begin with the line sku,name,price_cents"),
        (b"", "must begin with the line sku,name,price_cents"),
        (HEAD + b'lamp,"Lamp,1\n', "is not CSV"),
        (HEAD + b"x" * 2**20, "1048576 are allowed"),
    ],
)
def test_a_file_that_is_not_a_list_goes_to_the_dead_letters_with_the_reason(
    upload, content, reason
):
    failed = upload(content)

    assert failed == []
    assert items() == {}
    [letter] = boto3.client("sqs").receive_message(
        QueueUrl=boto3.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"],
        MessageAttributeNames=["All"],
    )["Messages"]
    assert reason in letter["MessageAttributes"]["reason"]["StringValue"]


def test_a_list_that_was_removed_since_is_skipped(upload):
    assert upload(None) == []
