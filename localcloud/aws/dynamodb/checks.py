"""Checks of DynamoDB that need the table or an earlier request."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.dynamodb.exceptions import (
    ERROR_TYPE_PREFIX,
    DynamodbException,
    MockValidationException,
)
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

TOKEN_SECONDS = 600
"""How long a ClientRequestToken is remembered."""

_put_item = Table.put_item
_transact = DynamoHandler.transact_write_items
_tokens: dict[tuple[str, str, str], tuple[float, str]] = {}


class IdempotentParameterMismatchError(DynamodbException):
    """A ClientRequestToken came with another request."""

    def __init__(self) -> None:
        """Answer as DynamoDB does."""
        name = f"{ERROR_TYPE_PREFIX}IdempotentParameterMismatchException"
        super().__init__(name, "The request uses the same client token with different parameters")


def install() -> None:
    """Check keys of indexes and tokens of transactions."""
    Table.put_item = _put  # type: ignore[method-assign]
    DynamoHandler.transact_write_items = _write  # type: ignore[method-assign]


def _put(self: Any, item_attrs: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
    types = {one["AttributeName"]: one["AttributeType"] for one in self.attr}
    for index in self.all_indexes():
        for key in index.schema:
            name = key["AttributeName"]
            found = next(iter(item_attrs[name])) if name in item_attrs else None
            if found not in {None, types.get(name)}:
                raise MockValidationException(
                    "One or more parameter values were invalid: Type mismatch for Index Key"
                    f" {name} Expected: {types[name]} Actual: {found} IndexName: {index.name}"
                )
    return _put_item(self, item_attrs, *args, **kwargs)


def _write(self: Any) -> Any:
    token = self.body.get("ClientRequestToken")
    if not token:
        return _transact(self)
    now, key = time.monotonic(), (self.current_account, self.region, token)
    for old in [one for one, (at, _) in _tokens.items() if at + TOKEN_SECONDS < now]:
        del _tokens[old]
    items = json.dumps(self.body["TransactItems"], sort_keys=True)
    if key in _tokens:
        if _tokens[key][1] != items:
            raise IdempotentParameterMismatchError
        self.body = {**self.body, "TransactItems": []}  # it is done
        return _transact(self)
    answer = _transact(self)
    _tokens[key] = now, items
    return answer
