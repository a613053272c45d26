"""Notifies customers about their orders, once per event.

An `order-placed` event arrives from SNS through SQS. The function writes a notification to DynamoDB
on the condition that the event has none yet: delivery is at least once; the write is idempotent. A
message that is not such an event goes to the dead letters of the queue at once (`kit.batch`).

    GET /notifications/{order_id}   role customer, of the customer who placed the order
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from kit import batch, calls, settings
from kit.powertools import HttpApiResolver, is_request

if TYPE_CHECKING:
    from kit.events import Event

logger = logging.getLogger(__name__)

app = HttpApiResolver()
SHOWN = ("event_id", "type", "customer", "message", "items", "sent_at", "correlation_id")
MAX_NAMED = 50  # items of an order whose names are read from the catalogue, in one call


@functools.cache
def table() -> Any:
    """Return the table of notifications; one client for all invocations of a process."""
    config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
    return boto3.resource("dynamodb", config=config).Table(settings.text("DELIVERIES_TABLE"))


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API, or a batch of messages."""
    if is_request(event):
        return app.resolve(event, context)
    return batch.handle(event, context, notify)


@app.get("/notifications/<order_id>")
def read(order_id: str) -> dict[str, Any]:
    """Return the notifications of an order that the caller placed."""
    found = table().query(KeyConditionExpression=Key("order_id").eq(order_id))["Items"]
    own = [item for item in found if item.get("caller", "") in ("", app.caller.subject)]
    sent = [{name: item[name] for name in SHOWN if name in item} for item in own]
    return {"order_id": order_id, "notifications": sorted(sent, key=lambda one: one["sent_at"])}


def notify(event: Event) -> None:
    """Write the notification of an event, unless it has one."""
    data = event.data
    item = {
        "order_id": data["order_id"],
        "event_id": event.id,
        "type": event.type,
        "customer": data["customer"],
        "caller": data.get("caller", ""),
        "message": f"Thank you, {data['customer']}: order {data['order_id']} is placed.",
        "items": _items(data["lines"]),
        "sent_at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "correlation_id": event.correlation_id,
    }
    about = {"event_id": event.id, "order_id": data["order_id"]}
    client = table().meta.client
    try:
        table().put_item(Item=item, ConditionExpression="attribute_not_exists(event_id)")
    except client.exceptions.ConditionalCheckFailedException:
        logger.info("notification was sent before", extra=about)
    else:
        logger.info("notification sent", extra=about)


def _items(lines: list[dict[str, Any]]) -> list[str]:
    """Return the lines of an order as text, with the names of the first ones."""
    names = _names(sorted({line["sku"] for line in lines[:MAX_NAMED]}))
    return [f"{line['quantity']} x {names.get(line['sku'], line['sku'])}" for line in lines]


def _names(skus: list[str]) -> dict[str, str]:
    """Return the names of items by SKU; none while the catalogue does not answer."""
    if not skus:
        return {}
    try:
        query = urlencode([("sku", sku) for sku in skus])
        found = calls.client("catalog").get(f"/catalog?{query}").json()["items"]
        return {item["sku"]: item["name"] for item in found}
    except (calls.CallError, ValueError, KeyError) as error:
        logger.warning("the catalogue did not answer", extra={"reason": str(error)})
        return {}
