"""Settings of a table that moto drops, and updates of indexes that DynamoDB refuses."""

from __future__ import annotations

from typing import Any

from moto.dynamodb.exceptions import (
    ERROR_TYPE_PREFIX,
    DynamodbException,
    MockValidationException,
    ResourceNotFoundException,
)
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler, DynamoResult

_create = DynamoHandler.create_table
_update = DynamoHandler.update_table
_describe = Table.describe


class LimitExceededError(DynamodbException):
    """Raised for an update that creates or deletes more than one index."""

    def __init__(self) -> None:
        """Answer as DynamoDB does."""
        super().__init__(
            f"{ERROR_TYPE_PREFIX}LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted"
            " simultaneously per table",
        )


def install() -> None:
    """Keep and return these settings."""
    DynamoHandler.create_table = _created  # type: ignore[method-assign]
    DynamoHandler.update_table = _updated  # type: ignore[method-assign]
    Table.describe = _described  # type: ignore[method-assign]


def _created(self: Any) -> Any:
    answer = _create(self)
    _keep(self)
    return answer


def _updated(self: Any) -> Any:
    _check_indexes(self)
    _keep(self)
    if wanted := self.body.get("SSESpecification"):
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        table.sse_specification = {**(table.sse_specification or {}), **wanted}
    _update(self)
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    _forget_unused_attributes(table)
    return DynamoResult(table.describe())


def _check_indexes(self: Any) -> None:
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    present = {index.name for index in table.global_indexes}
    updates: list[dict[str, Any]] = self.body.get("GlobalSecondaryIndexUpdates") or []
    if sum(1 for one in updates if "Update" not in one) > 1:
        raise LimitExceededError
    for one in updates:
        [(action, wanted)] = one.items()
        name = wanted["IndexName"]
        if action == "Create" and name in present:
            raise MockValidationException("Attempting to create an index which already exists")
        if action != "Create" and name not in present:
            raise ResourceNotFoundException(table_name=name)
    if self.body.get("BillingMode") == "PROVISIONED" and table.billing_mode != "PROVISIONED":
        given = {one["Update"]["IndexName"] for one in updates if "Update" in one}
        if missing := sorted(present - given):
            raise MockValidationException(
                "One or more parameter values were invalid: ProvisionedThroughput must be"
                f" specified for index: {', '.join(missing)}"
            )


def _forget_unused_attributes(table: Any) -> None:
    schemas = [table.schema, *(index.schema for index in table.all_indexes())]
    used = {key["AttributeName"] for schema in schemas for key in schema}
    table.attr = [one for one in table.attr if one["AttributeName"] in used]


def _keep(self: Any) -> None:
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    found = {
        name: self.body[name]
        for name in ("TableClass", "OnDemandThroughput")
        if self.body.get(name)
    }
    table.bulkhead_settings = {**getattr(table, "bulkhead_settings", {}), **found}


def _described(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    answer = _describe(self, *args, **kwargs)
    table = next(iter(answer.values()))
    kept = getattr(self, "bulkhead_settings", {})
    if "TableClass" in kept:
        table["TableClassSummary"] = {"TableClass": kept["TableClass"]}
    limits = kept.get("OnDemandThroughput") or {}
    if any(value != -1 for value in limits.values()):
        table["OnDemandThroughput"] = limits
    return answer
