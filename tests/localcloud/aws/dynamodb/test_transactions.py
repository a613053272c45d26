"""A transaction is done whole or not at all, and costs what its items cost."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess

ITEMS = [("a", 1), ("b", 1), ("c", 1)]
CHANGES = [
    ("Put", "a", {"Item": {"n": {"N": "2"}}}),
    ("Delete", "b", {}),
    (
        "Update",
        "c",
        {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
    ),
    ("Put", "d", {"Item": {"n": {"N": "2"}}}),
]


@pytest.fixture
def process(tmp_path):
    found = ControlProcess(tmp_path)
    found.start()
    yield found
    found.stop()


def key(names, value):
    return {name: {"S": value} for name in names}


def actions(table, names, *, fails):
    for kind, value, fields in CHANGES:
        if kind == "Put":
            yield {kind: {"TableName": table, "Item": {**key(names, value), **fields["Item"]}}}
        else:
            yield {kind: {"TableName": table, "Key": key(names, value), **fields}}
    condition = f"attribute{'' if fails else '_not'}_exists({names[0]})"
    check = {"TableName": table, "Key": key(names, "e"), "ConditionExpression": condition}
    yield {"ConditionCheck": check}


def content(dynamodb, table):
    items = dynamodb.scan(TableName=table)["Items"]
    return {item["k"]["S"]: int(item["n"]["N"]) for item in items}


@pytest.mark.parametrize("names", [("k",), ("k", "r")], ids=["one key", "sort key"])
def test_all_or_nothing_also_after_a_restart(process, names):
    dynamodb = process.client("dynamodb")
    dynamodb.create_table(
        TableName="items",
        KeySchema=[
            {"AttributeName": name, "KeyType": kind}
            for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
        ],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        BillingMode="PAY_PER_REQUEST",
    )
    for value, number in ITEMS:
        item = {**key(names, value), "n": {"N": str(number)}}
        dynamodb.put_item(TableName="items", Item=item)

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(TransactItems=[*actions("items", names, fails=True)])
    refused = content(dynamodb, "items")
    process.restart_after_kill()
    kept = content(process.client("dynamodb"), "items")
    process.client("dynamodb").transact_write_items(
        TransactItems=[*actions("items", names, fails=False)]
    )
    process.restart_after_kill()

    assert refused == kept == dict(ITEMS)
    assert content(process.client("dynamodb"), "items") == {"a": 2, "c": 2, "d": 2}
