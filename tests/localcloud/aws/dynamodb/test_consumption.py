"""Requests consume the capacity of the table, and of the indexes that contain the item."""

import pytest

from localcloud.aws.dynamodb.consumption import size

CAPACITY = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"S": "häh"}, 4),
        ({"N": "-12.5"}, 3),
        ({"B": "YWJj"}, 3),
        ({"BOOL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"k": {"S": "ab"}}}, 7),
    ],
)
def test_the_size_of_a_value(value, expected):
    assert size(value) == expected


def test_requests_consume_capacity_of_table_and_indexes(cloud):
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="consumed",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "state")
        ],
        ProvisionedThroughput=CAPACITY,
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": CAPACITY,
            }
        ],
    )
    key = {"pk": {"S": "a"}}
    large = {**key, "state": {"S": "new"}, "text": {"S": "x" * 1500}}

    dynamodb.put_item(TableName="consumed", Item=large)  # 2 of the table, 2 of the index
    dynamodb.put_item(TableName="consumed", Item={"pk": {"S": "b"}})  # 1 of the table
    dynamodb.transact_write_items(  # 2 of the table: a transaction writes twice
        TransactItems=[{"Put": {"TableName": "consumed", "Item": {"pk": {"S": "c"}}}}]
    )
    dynamodb.get_item(TableName="consumed", Key=key)  # a half
    dynamodb.get_item(TableName="consumed", Key=key, ConsistentRead=True)  # 1
    dynamodb.query(  # a half of the index
        TableName="consumed",
        IndexName="by-state",
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"S": "new"}},
    )

    status, found = cloud.request("GET", "dynamodb/consumed")

    assert status == 200
    assert {
        (one["Index"], one["Access"]): one["Current"] + one["Minutes"][0]
        for one in found
        if one["Table"] == "consumed"
    } == {
        ("", "Write"): 5,
        ("by-state", "Write"): 2,
        ("", "Read"): 1.5,
        ("by-state", "Read"): 0.5,
    }
