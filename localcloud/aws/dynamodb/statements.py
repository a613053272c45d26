"""Executes PartiQL statements with DynamoDB's own operations.

moto's parser needs blanks around operators, takes numbers for strings, and fails for literals in
UPDATE.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ERROR_TYPE_PREFIX,
    DynamodbException,
    MockValidationException,
    ResourceNotFoundException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from localcloud.aws.dynamodb.partiql import Statement, parse

_NO_KEY = (
    "Select statements within BatchExecuteStatement must specify the primary key in the where"
    " clause."
)


class DuplicateItemError(DynamodbException):
    """INSERT of an item whose key exists."""

    def __init__(self) -> None:
        """Answer as DynamoDB does."""
        name = f"{ERROR_TYPE_PREFIX}DuplicateItemException"
        super().__init__(name, "Duplicate primary key exists in table")


def install() -> None:
    """Replace the operations that execute statements."""
    backend: Any = DynamoDBBackend
    backend.execute_statement = _execute
    backend.execute_transaction = _execute_transaction
    handler: Any = DynamoHandler
    handler.execute_statement = _page
    backend.batch_execute_statement = _execute_batch


def _execute(self: Any, statement: str, parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return _run(self, parse(statement, parameters))


def _page(self: Any) -> Any:
    """Answer ExecuteStatement; NextToken is the number of items that were answered before."""
    items = self.dynamodb_backend.execute_statement(
        self.body["Statement"], self.body.get("Parameters", [])
    )
    limit, token = self.body.get("Limit"), self.body.get("NextToken") or "0"
    if not token.isdigit():
        raise MockValidationException("Invalid NextToken")
    start = int(token)
    end = start + limit if limit else len(items)
    left = {"NextToken": str(end)} if end < len(items) else {}
    return DynamoResult({"Items": items[start:end], **left})


def _execute_transaction(self: Any, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Execute all statements, or none of them."""
    found = [parse(one["Statement"], one.get("Parameters", [])) for one in statements]
    failures = [_failure(self, one) for one in found]
    if any(failures):
        raise TransactionCanceledException([(one, _FAILURES.get(one), None) for one in failures])
    return [{"Item": item} for one in found for item in _run(self, one)]


_FAILURES = {
    "ConditionalCheckFailed": "The conditional request failed",
    "DuplicateItem": "Duplicate primary key exists in table",
}


def _failure(backend: Any, found: Statement) -> str:
    """Return the code with which *found* would fail, '' if it would not."""
    table = backend.tables.get(found.table)
    if table is None:
        raise ResourceNotFoundException
    if found.kind == "SELECT":
        return ""
    if found.kind == "INSERT":
        present = all(name in found.item for name in table.table_key_attrs)
        return "DuplicateItem" if present and _item(table, found.item) is not None else ""
    item = _item(table, _key(table, found))
    if item is None:
        return "" if found.kind == "DELETE" else "ConditionalCheckFailed"
    condition = get_filter_expression(found.condition, found.names, found.values)
    return "" if condition.expr(item) else "ConditionalCheckFailed"


def _run(backend: Any, found: Statement) -> list[dict[str, Any]]:
    table = backend.tables.get(found.table)
    if table is None:
        raise ResourceNotFoundException
    run = {"SELECT": _select, "INSERT": _insert, "UPDATE": _update, "DELETE": _delete}
    return run[found.kind](backend, table, found)


def _select(_backend: Any, table: Any, found: Statement) -> list[dict[str, Any]]:
    schema: list[dict[str, str]] = table.schema
    if found.index:
        index = next((one for one in table.all_indexes() if one.name == found.index), None)
        if index is None:
            raise MockValidationException("The table does not have the specified index")
        schema = index.schema
    names = [one["AttributeName"] for one in schema]
    items = [one for one in table.all_items() if all(name in one.attrs for name in names)]
    condition = get_filter_expression(found.condition, found.names, found.values)
    items = [one for one in items if condition.expr(one)]
    if names[0] in found.equal and len(names) > 1:
        items.sort(key=lambda one: one.attrs[names[1]])
    found_items = (one.to_json()["Attributes"] for one in items)
    return [
        {name: one[name] for name in found.projection or one if name in one} for one in found_items
    ]


def _insert(_backend: Any, table: Any, found: Statement) -> list[dict[str, Any]]:
    if any(name not in found.item for name in table.table_key_attrs):
        raise MockValidationException("One of the required keys was not given a value")
    key = {name: found.item[name] for name in table.table_key_attrs}
    if _item(table, key) is not None:
        raise DuplicateItemError
    table.put_item(found.item)
    return []


def _update(backend: Any, table: Any, found: Statement) -> list[dict[str, Any]]:
    key = _key(table, found)
    before = _item(table, key)
    old = before.to_json()["Attributes"] if before is not None else {}
    item = backend.update_item(
        found.table,
        key,
        found.update,
        found.names,
        found.values,
        condition_expression=found.condition,
    )
    return _returned(found, old, item.to_json()["Attributes"])


def _delete(backend: Any, table: Any, found: Statement) -> list[dict[str, Any]]:
    key = _key(table, found)
    item = _item(table, key)
    if item is None:
        return []
    old = item.to_json()["Attributes"]
    backend.delete_item(found.table, key, found.names, found.values, found.condition)
    return _returned(found, old, {})


def _returned(found: Statement, old: Any, new: Any) -> list[dict[str, Any]]:
    if not found.returning:
        return []
    how, which = found.returning.split()
    item = old if which == "OLD" else new
    chosen = item if how == "ALL" else {k: v for k, v in item.items() if k in found.updated}
    return [chosen] if chosen else []


def _item(table: Any, key: dict[str, Any]) -> Any:
    return table.get_item(*(DynamoType(key[name]) for name in table.table_key_attrs))


def _key(table: Any, found: Statement) -> dict[str, Any]:
    if any(name not in found.equal for name in table.table_key_attrs):
        raise MockValidationException(
            "Where clause does not contain a mandatory equality on all key attributes"
        )
    return {name: found.equal[name] for name in table.table_key_attrs}


def _execute_batch(self: Any, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_one_of_batch(self, one) for one in statements]


def _one_of_batch(backend: Any, statement: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    try:
        found = parse(statement["Statement"], statement.get("Parameters", []))
        answer["TableName"] = found.table
        table = backend.tables.get(found.table)
        keys = set(table.table_key_attrs) if table and found.kind == "SELECT" else set[str]()
        if not keys <= found.equal.keys():
            raise MockValidationException(_NO_KEY)
        items = _run(backend, found)
    except JsonRESTError as error:
        code = error.error_type.rpartition("#")[2].removesuffix("Exception")
        answer["Error"] = {
            "Code": {"Validation": "ValidationError"}.get(code, code),
            "Message": error.message,
        }
        if code == "ResourceNotFound":
            answer.pop("TableName", None)
        return answer
    return {**answer, "Item": items[0]} if items else answer
