"""Notifies customers about their orders, once per event.

An `order-placed` event arrives from SNS through SQS. The function writes a notification to DynamoDB
on the condition that the event has none yet: delivery is at least once; the write is idempotent.

    GET /notifications/{order_id}   role customer, of the customer who placed the order
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import urllib.request
from typing import Any
from urllib.parse import quote

import boto3
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType] - its context is Any
)
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from kit import calls, correlation, settings
from kit.powertools import HttpApiResolver, is_request

logger = logging.getLogger(__name__)

app = HttpApiResolver()
SHOWN = ("event_id", "type", "customer", "message", "items", "sent_at", "correlation_id")
MAX_NAMED = 5  # items of an order whose names are read from the catalogue
NAME_SECONDS = 2


class UnusableEventError(ValueError):
    """Raised for a malformed message; after its retries it moves to the dead-letter queue."""


@functools.cache
def table() -> Any:
    """Return the table of notifications; one client for all invocations of a process."""
    config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
    return boto3.resource("dynamodb", config=config).Table(settings.text("DELIVERIES_TABLE"))


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API, or a batch of messages."""
    if is_request(event):
        return app.resolve(event, context)
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=event, record_handler=_record, processor=processor, context=context
    )


@app.get("/notifications/<order_id>")
def read(order_id: str) -> dict[str, Any]:
    """Return the notifications of an order that the caller placed."""
    found = table().query(KeyConditionExpression=Key("order_id").eq(order_id))["Items"]
    own = [item for item in found if item.get("caller", "") in ("", app.caller.subject)]
    sent = [{name: item[name] for name in SHOWN if name in item} for item in own]
    return {"order_id": order_id, "notifications": sorted(sent, key=lambda one: one["sent_at"])}


def _record(record: Any) -> None:
    """Process one message of the batch; after an exception, only this message is retried."""
    try:
        envelope = _envelope(record.body if hasattr(record, "body") else record["body"])
        token = correlation.current.set(envelope["correlation_id"])
        try:
            _notify(envelope)
        finally:
            correlation.current.reset(token)
    except UnusableEventError:
        logger.exception("message refused")
        raise


def _envelope(body: str) -> dict[str, Any]:
    """Return the event in a message, with or without SNS's envelope."""
    try:
        found = json.loads(body)
        if found.get("Type") == "Notification":
            found = json.loads(found["Message"])
        data = found["data"]
        texts = [found["id"], found["type"], data["order_id"], data["customer"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableEventError(f"malformed event: {error!r}") from error
    if not all(isinstance(text, str) and text for text in texts):
        raise UnusableEventError("id, type, data.order_id and data.customer must be text")
    return {"correlation_id": "", **found}


def _notify(envelope: dict[str, Any]) -> None:
    data = envelope["data"]
    item = {
        "order_id": data["order_id"],
        "event_id": envelope["id"],
        "type": envelope["type"],
        "customer": data["customer"],
        "caller": str(data.get("caller", "")),
        "message": f"Thank you, {data['customer']}: order {data['order_id']} is placed.",
        "items": _items(data.get("lines", [])),
        "sent_at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "correlation_id": envelope["correlation_id"],
    }
    about = {"event_id": envelope["id"], "order_id": data["order_id"]}
    client = table().meta.client
    try:
        table().put_item(Item=item, ConditionExpression="attribute_not_exists(event_id)")
    except client.exceptions.ConditionalCheckFailedException:
        logger.info("notification was sent before", extra=about)
    else:
        logger.info("notification sent", extra=about)


def _items(lines: list[dict[str, Any]]) -> list[str]:
    """Return the lines of an order as text, with the names of the first ones."""
    return [
        f"{line['quantity']} x {_name(line['sku']) if index < MAX_NAMED else line['sku']}"
        for index, line in enumerate(lines)
    ]


def _name(sku: str) -> str:
    """Return the name of an item; its SKU while the catalogue does not answer."""
    url = f"{calls.url('catalog')}/catalog/{quote(sku, safe='')}"
    request = urllib.request.Request(url, headers=calls.headers("catalog"))  # noqa: S310 - the platform sets the URL
    try:
        with urllib.request.urlopen(request, timeout=NAME_SECONDS) as answer:  # noqa: S310 - the same
            return str(json.load(answer)["name"])
    except (OSError, ValueError, KeyError) as error:
        logger.warning("the catalogue did not answer", extra={"sku": sku, "reason": str(error)})
        return sku
