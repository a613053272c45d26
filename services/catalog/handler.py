"""What the shop sells: items by sku, in a DynamoDB table.

    PUT /catalog/{sku}   {"name": "Lamp", "price_cents": 4900}   role merchandiser
    GET /catalog/{sku}                                            public

It depends on nothing but boto3, which the Lambda runtime brings.
"""

from __future__ import annotations

import functools
import re
from http import HTTPStatus
from typing import Any

import boto3
from botocore.config import Config
from kit import http_api, log, settings
from kit.answers import FieldError, RefusedError, unprocessable

SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_NAME = 200
UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, half characters
HIGHEST_PRICE = 100_000_000  # a million of the currency: more is a slip of the keyboard


@functools.cache
def table() -> Any:
    """Return the table of products; one client for all invocations of a process."""
    log.configure()
    config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
    return boto3.resource("dynamodb", config=config).Table(settings.text("PRODUCTS_TABLE"))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return http_api.answer(event, {"GET /catalog/{sku}": read, "PUT /catalog/{sku}": write})


def read(request: http_api.Request) -> dict[str, Any]:
    """Return the item of a sku."""
    sku = _sku(request)
    item = table().get_item(Key={"sku": sku}).get("Item")
    if item is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"the catalogue has no sku {sku!r}")
    return _shown(item)


def write(request: http_api.Request) -> dict[str, Any]:
    """Put an item under its sku, in place of an earlier one."""
    sku = _sku(request)
    fields = request.json()
    if errors := list(_errors(fields)):
        raise unprocessable(*errors)
    item = {"sku": sku, "name": fields["name"], "price_cents": fields["price_cents"]}
    table().put_item(Item=item)
    return item


def _sku(request: http_api.Request) -> str:
    sku = request.parameters.get("sku", "")
    if not SKU.fullmatch(sku):
        raise unprocessable(FieldError("sku", "must be letters, digits, '.', '_' or '-', up to 64"))
    return sku


def _errors(fields: dict[str, Any]) -> list[FieldError]:
    name, price = fields.get("name"), fields.get("price_cents")
    found: list[FieldError] = []
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
        found.append(FieldError("name", f"must be text of 1 to {LONGEST_NAME} characters"))
    elif UNPRINTED.search(name):
        found.append(FieldError("name", "must have no control characters"))
    if type(price) is not int or not 0 <= price <= HIGHEST_PRICE:  # true and false are no prices
        found.append(FieldError("price_cents", f"must be a whole number, 0 to {HIGHEST_PRICE}"))
    known = {"name", "price_cents"}
    found += [FieldError(field, "is no field of an item") for field in sorted(set(fields) - known)]
    return found


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "sku": item["sku"],
        "name": item["name"],
        "price_cents": int(item["price_cents"]),
    }
