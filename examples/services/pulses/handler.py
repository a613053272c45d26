"""Pulses by id, each announced on a Kinesis data stream, from which it counts them.

PUT /pulses/{id}   {"text": "..."}   role reader
GET /pulses/{id}                     role reader

The number of events of an item is in its attribute `announced`. Delivery is at least once: an
event that was counted before is not counted again.
"""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import batch, events, publishers, settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver, is_request
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from kit.events import Event

app = HttpApiResolver()
EVENT = "pulse-measured"

Id = Annotated[str, Path(max_length=100)]


class Pulse(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def table() -> Any:
    """Return the table; one client for all invocations of a process."""
    return boto3.resource("dynamodb").Table(settings.text("PULSES_KEPT_TABLE"))


@app.put("/pulses/<item_id>")
def write(item_id: Id, item: Pulse) -> Pulse:
    """Create or replace an item, and announce it."""
    table().update_item(
        Key={"id": item_id},
        UpdateExpression="SET #text = :text",
        ExpressionAttributeNames={"#text": "text"},
        ExpressionAttributeValues={":text": item.text},
    )
    data = {"id": item_id, "length": len(item.text)}
    for envelope in events.new(EVENT, data, subject=f"pulses/{item_id}"):
        publishers.publish(envelope)
    return item


@app.get("/pulses/<item_id>")
def read(item_id: Id) -> Pulse:
    """Return an item."""
    item = table().get_item(Key={"id": item_id}).get("Item")
    if item is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no pulse {item_id!r}")
    return Pulse(text=item["text"])


def count(event: Event) -> None:
    """Count an event, once."""
    client = table().meta.client
    try:
        table().update_item(
            Key={"id": event.data["id"]},
            UpdateExpression="ADD announced :one, events :these",
            ConditionExpression="NOT contains(events, :this)",
            ExpressionAttributeValues={":one": 1, ":this": event.id, ":these": {event.id}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API, or a batch of events."""
    if is_request(event):
        return app.resolve(event, context)
    return batch.handle(event, context, count)
