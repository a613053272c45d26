"""Settings of a table that moto drops: its class and its limits on demand."""

from __future__ import annotations

from typing import Any

from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

_create = DynamoHandler.create_table
_update = DynamoHandler.update_table
_describe = Table.describe


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
    _keep(self)
    if wanted := self.body.get("SSESpecification"):
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        table.sse_specification = {**(table.sse_specification or {}), **wanted}
    return _update(self)


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
