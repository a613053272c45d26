"""The catalogue's HTTP API."""

import json
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from fake_catalogue import Catalogue
from kit.testing.events import request
from moto import mock_aws

SERVICES = Path(__file__).resolve().parents[2]
LAMP = {"name": "Lamp", "price_cents": 4900}


@pytest.fixture
def ask(import_fresh, monkeypatch):
    """Invoke the function with a request in API Gateway's format."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PRODUCTS_TABLE": "products",
        "ROUTE_ROLES": json.dumps(
            {
                "GET /catalog": "public",
                "GET /catalog/{sku}": "public",
                "GET /catalog/{sku}/delivery": "public",
                "PUT /catalog/{sku}": "merchandiser",
            }
        ),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="products",
            KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        handler = import_fresh("handler", SERVICES / "catalog", SERVICES)

        def send(  # noqa: PLR0913, PLR0917 - the parts of a request
            method, sku="lamp", body=None, role=None, content_type="application/json", part=""
        ):
            event = request(
                method,
                f"/catalog/{sku}{part}",
                route=f"/catalog/{{sku}}{part}",
                body=body,
                headers={"X-Correlation-Id": "abc", "content-type": content_type},
                roles=(role,) if role else (),
            )
            answer = handler.handler(event, None)
            assert answer["headers"]["x-correlation-id"] == "abc"
            return answer["statusCode"], json.loads(answer["body"])

        send.handler = handler.handler
        yield send


@pytest.fixture
def published(ask, monkeypatch):
    """A topic; return the events that were published to it."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="product-changed")["TopicArn"]
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"], Attributes=raw)
    monkeypatch.setenv("PRODUCT_CHANGED_TOPIC_ARN", topic)
    monkeypatch.setenv("SERVICE_NAME", "catalog")

    def received():
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return received


@pytest.fixture
def several(ask):
    """Ask for several items, as API Gateway joins the values of a parameter."""

    def send(skus):
        answer = ask.handler(request("GET", "/catalog", query={"sku": skus}), None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_an_item_of_a_merchandiser_is_public(ask):
    put = ask("PUT", body=LAMP, role="merchandiser")

    assert put == (200, {"sku": "lamp", **LAMP})
    assert ask("GET") == (200, {"sku": "lamp", **LAMP})


def test_several_items_are_read_at_once_without_those_that_are_not_there(ask, several):
    for sku in ("lamp", "sofa"):
        ask("PUT", sku=sku, body=LAMP, role="merchandiser")

    status, body = several("lamp,gone,sofa,lamp")

    assert status == 200
    assert sorted(item["sku"] for item in body["items"]) == ["lamp", "sofa"]
    assert body["items"][0]["price_cents"] == 4900


@pytest.mark.parametrize("skus", ["", "a b", ",".join(f"s{n}" for n in range(51))])
def test_a_bad_list_of_skus_is_refused(several, skus):
    assert several(skus)[0] == 422


def test_a_second_put_replaces_the_first(ask):
    ask("PUT", body=LAMP, role="merchandiser")
    ask("PUT", body={**LAMP, "price_cents": 1}, role="merchandiser")

    assert ask("GET")[1]["price_cents"] == 1


@pytest.mark.parametrize(
    ("old", "announced"), [(None, 1), ({**LAMP, "price_cents": 1}, 1), (LAMP, 0)]
)
def test_a_changed_item_is_announced_once_with_its_version(ask, published, old, announced):
    def image(item):
        values = {"sku": "lamp", "version": 7, **item}
        return {name: {"N" if isinstance(v, int) else "S": str(v)} for name, v in values.items()}

    about = {
        "Keys": {"sku": {"S": "lamp"}},
        "NewImage": image(LAMP),
        **({} if old is None else {"OldImage": image(old)}),
        "SequenceNumber": "1",
        "ApproximateCreationDateTime": 1_700_000_000,
    }
    record = {
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:1:table/products/stream/1",
        "eventName": "MODIFY",
        "dynamodb": about,
    }

    answer = ask.handler({"Records": [record]}, None)

    assert answer == {"batchItemFailures": []}
    events = published()
    assert [event["data"] for event in events] == [{"sku": "lamp", **LAMP}] * announced
    assert {event["sequence"] for event in events} <= {f"{7:020}"}


def test_each_write_of_an_item_is_a_version_of_it(ask):
    for price in (1, 2):
        ask("PUT", body={**LAMP, "price_cents": price}, role="merchandiser")

    [item] = boto3.resource("dynamodb").Table("products").scan()["Items"]
    assert (item["version"], item["price_cents"]) == (2, 2)


@pytest.mark.parametrize("role", [None, "customer"])
def test_only_a_merchandiser_puts(ask, role):
    status, body = ask("PUT", body=LAMP, role=role)

    assert (status, body) == (403, {"message": "the role 'merchandiser' is needed"})
    assert ask("GET")[0] == 404


def test_an_unknown_sku_is_not_found(ask):
    assert ask("GET", sku="sofa") == (404, {"message": "the catalogue has no sku 'sofa'"})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{", ["body"]),
        ("[]", ["body"]),
        ({}, ["name", "price_cents"]),
        ({**LAMP, "name": " "}, ["name"]),
        ({**LAMP, "name": 5}, ["name"]),
        ({**LAMP, "name": "La\0mp"}, ["name"]),
        ({**LAMP, "name": "La\nmp"}, ["name"]),
        ({**LAMP, "name": "Lamp\ud800"}, ["name"]),
        ({**LAMP, "price_cents": -1}, ["price_cents"]),
        ({**LAMP, "price_cents": 1.5}, ["price_cents"]),
        ({**LAMP, "price_cents": True}, ["price_cents"]),
        ({**LAMP, "price_cents": "49"}, ["price_cents"]),
        ({**LAMP, "colour": "red"}, ["colour"]),
    ],
)
def test_a_bad_item_is_refused_with_its_fields(ask, body, fields):
    status, answer = ask("PUT", body=body, role="merchandiser")

    assert status == 422
    assert [error["field"] for error in answer["errors"]] == fields
    assert ask("GET")[0] == 404


def test_json_is_read_whatever_the_content_type(ask):
    form = "application/x-www-form-urlencoded"

    assert ask("PUT", body=LAMP, role="merchandiser", content_type=form)[0] == 200


def test_the_role_is_checked_before_the_body(ask):
    assert ask("PUT", body="{", role="customer")[0] == 403


def test_a_bad_sku_is_refused(ask):
    assert ask("GET", sku="a b")[1]["errors"][0]["field"] == "sku"


def test_a_route_that_the_function_does_not_know_is_not_found(ask, monkeypatch):
    monkeypatch.setenv("ROUTE_ROLES", json.dumps({"DELETE /catalog/{sku}": "public"}))

    assert ask("DELETE") == (404, {"message": "there is no route DELETE /catalog/{sku}"})


def test_a_route_without_a_role_is_closed(ask):
    assert ask("DELETE")[0] == 403


def test_a_broken_store_fails_the_invocation(ask):
    boto3.client("dynamodb").delete_table(TableName="products")

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        ask("GET")


def test_the_day_of_arrival_is_asked_of_delivery(ask, monkeypatch):
    delivery = Catalogue()
    monkeypatch.setenv("DELIVERY_URL", delivery.url)
    ask("PUT", body=LAMP, role="merchandiser")

    found = ask("GET", part="/delivery")
    unknown = ask("GET", sku="sofa", part="/delivery")
    delivery.broken = True
    down = ask("GET", part="/delivery")
    delivery.server.shutdown()
    delivery.server.server_close()

    assert found == (200, {"sku": "lamp", "arrives_on": "2026-12-01"})
    assert delivery.headers["x-correlation-id"] == "abc"
    assert unknown[0] == 404
    assert down[0] == 503
