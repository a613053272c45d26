"""The stock of the shop: pieces by SKU, in a DynamoDB table whose stream publishes each change.

An `order-placed` event takes its lines from the stock once, whatever is delivered twice: the event
and its effect are one transaction (`kit.inbox`). Each write increments the item's version, which is
the sequence of `stock-changed`.

    PUT /inventory/{sku}   {"pieces": 12}   role merchandiser
    GET /inventory/{sku}                     public
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Path
from botocore.config import Config
from kit import batch, changes, inbox, settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver, is_request
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from kit.changes import ItemChange
    from kit.events import Event

app = HttpApiResolver()
MAX_PIECES = 1_000_000
ITEMS_PER_TRANSACTION = 99  # of 100, one is the event's entry in the inbox
Sku = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Pieces(BaseModel):
    """Request body of a count."""

    model_config = ConfigDict(extra="forbid")

    pieces: Annotated[int, Field(strict=True, ge=0, le=MAX_PIECES)]


@functools.cache
def table() -> Any:
    """Return the table of stock; one client for all invocations of a process."""
    config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
    return boto3.resource("dynamodb", config=config).Table(settings.text("STOCK_TABLE"))


@functools.cache
def received() -> inbox.Inbox:
    """Return the events that have had their effect."""
    return inbox.Inbox.from_environment("orders-received")


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API, changes of the stock, or a batch of events."""
    if is_request(event):
        return app.resolve(event, context)
    if changes.of_table(event):
        return changes.handle_items(event, changes.publisher(announce))
    return batch.handle(event, context, take)


@app.get("/inventory/<sku>")
def read(sku: Sku) -> dict[str, Any]:
    """Return the pieces of an item in stock."""
    item = table().get_item(Key={"sku": sku}).get("Item")
    if item is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"the inventory has no sku {sku!r}")
    return {"sku": sku, "pieces": int(item["pieces"])}


@app.put("/inventory/<sku>")
def count(sku: Sku, counted: Pieces) -> dict[str, Any]:
    """Set the pieces of an item in stock."""
    table().update_item(
        Key={"sku": sku},
        UpdateExpression="SET pieces = :pieces ADD version :one",
        ExpressionAttributeValues={":pieces": counted.pieces, ":one": 1},
    )
    return {"sku": sku, "pieces": counted.pieces}


def take(event: Event) -> None:
    """Take the lines of a placed order from the stock, once."""
    ordered: Counter[str] = Counter()
    for line in event.data["lines"]:
        ordered[line["sku"]] += line["quantity"]
    for part in itertools.count():
        skus = sorted(ordered)[part * ITEMS_PER_TRANSACTION : (part + 1) * ITEMS_PER_TRANSACTION]
        if not skus:
            return
        each = event if not part else replace(event, id=f"{event.id}|{part}")
        received().write(each, *(_taken(sku, ordered[sku]) for sku in skus))


def _taken(sku: str, pieces: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table().name,
            "Key": {"sku": sku},
            "UpdateExpression": "ADD pieces :taken, version :one",
            "ExpressionAttributeValues": {":taken": -pieces, ":one": 1},
        }
    }


def announce(change: ItemChange) -> changes.Announcement | None:
    """Return the event of a change of the stock."""
    if change.new is None:
        return None
    sku, pieces = change.new["sku"], int(change.new["pieces"])
    return changes.Announcement(
        type="stock-changed",
        subject=f"inventory/{sku}",
        data={"sku": sku, "pieces": pieces},
        version=int(change.new["version"]),
    )
