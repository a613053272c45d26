"""DynamoDB: updates of a table, one at a time, and changes of its global indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.dynamodb_requests import (
    definitions,
    index,
    index_keys,
    index_now,
    is_provisioned,
    throughput,
)

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def update(context: Context, wanted: dict[str, Any]) -> None:
    """Change one thing and wait for it."""
    context.call("UpdateTable", TableName=context.id, **wanted)
    wait_until_ready(context)


def wait_until_ready(context: Context) -> None:
    """Wait until the table and its indexes are active."""

    def ready() -> bool:
        table = context.call("DescribeTable", TableName=context.id)["Table"]
        found = [table["TableStatus"]]
        found += [item["IndexStatus"] for item in table.get("GlobalSecondaryIndexes") or []]
        return all(status == "ACTIVE" for status in found)

    context.wait(f"the table {context.id} to become active", ready)


def attribute_types(inputs: Properties) -> dict[str, str]:
    """Return attribute -> type."""
    return {item["name"]: item["type"] for item in inputs.get("attributes") or []}


def global_indexes(inputs: Properties) -> dict[str, dict[str, Any]]:
    """Return the global indexes by name."""
    return {item["name"]: item for item in inputs.get("globalSecondaryIndexes") or []}


def definition(inputs: Properties, item: dict[str, Any]) -> Any:
    """Return what DynamoDB cannot change of an index: keys, their types, and the projection."""
    types = attribute_types(inputs)
    projected = sorted(item.get("nonKeyAttributes") or [])
    keys = [(key["AttributeName"], key["KeyType"]) for key in index_keys(item, "")]
    return [(*key, types.get(key[0])) for key in keys], item.get("projectionType"), projected


def change_indexes(context: Context) -> None:
    """Delete global indexes that are removed or differ, then create the new ones, one by one."""
    old, new = global_indexes(context.old_inputs), global_indexes(context.inputs)
    before = {name: definition(context.old_inputs, item) for name, item in old.items()}
    after = {name: definition(context.inputs, item) for name, item in new.items()}
    there = described_indexes(context)
    for name in there:
        if after.get(name) != before.get(name):
            update(context, {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]})
    for name, item in new.items():
        if name not in there or after[name] != before.get(name):
            wanted = {"Create": index(context, item, is_global=True)}
            more = {"AttributeDefinitions": definitions(context)}
            update(context, {"GlobalSecondaryIndexUpdates": [wanted], **more})
        elif is_provisioned(context) and throughput(item) not in (
            throughput(old[name]),
            throughput(index_now(there[name], {}, is_global=True)),
        ):
            update(context, {"GlobalSecondaryIndexUpdates": [with_throughput(item)]})


def described_indexes(context: Context) -> dict[str, Any]:
    """Return the global indexes that the table has, by name."""
    table = context.call("DescribeTable", TableName=context.id)["Table"]
    return {item["IndexName"]: item for item in table.get("GlobalSecondaryIndexes") or []}


def with_throughput(item: dict[str, Any]) -> dict[str, Any]:
    """Return the update that sets the provisioned capacity of an index."""
    return {"Update": {"IndexName": item["name"], "ProvisionedThroughput": throughput(item)}}
