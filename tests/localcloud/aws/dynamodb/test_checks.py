"""Requests that DynamoDB refuses for their expressions, keys and tokens."""

import pytest
from botocore.exceptions import ClientError

KEY = {"pk": {"S": "a"}}
VALUES = {":p": {"S": "a"}, ":x": {"S": "b"}}
PUT = {"Item": KEY}


@pytest.fixture(scope="module")
def dynamodb(cloud):
    found = cloud.client("dynamodb")
    found.create_table(
        TableName="checks",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "state")
        ],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return found


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "text"),
    [
        ("put_item", {"Item": {**KEY, "state": {"N": "1"}}}, "ValidationException",
         "Type mismatch for Index Key state Expected: S Actual: N IndexName: by-state"),
        ("put_item", {**PUT, "ConditionExpression": "pk = :p", "ExpressionAttributeValues": VALUES},
         "ValidationException", "ExpressionAttributeValues unused in expressions: keys: {:x}"),
        ("query", {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": VALUES},
         "ValidationException", "unused in expressions: keys: {:x}"),
        ("scan", {"FilterExpression": "pk = :p", "ExpressionAttributeNames": {"#a": "pk"},
                  "ExpressionAttributeValues": {":p": {"S": "a"}}},
         "ValidationException", "ExpressionAttributeNames unused in expressions: keys: {#a}"),
        ("get_item", {"Key": KEY, "ExpressionAttributeNames": {"#a": "pk"}}, "ValidationException",
         "can only be specified when using expressions"),
        ("delete_item", {"Key": KEY, "Expected": {"pk": {"Exists": False}}}, "NotImplemented",
         "Expected, a legacy parameter of DeleteItem"),
        ("query", {"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [
            {"S": "a"}]}}, "QueryFilter": {"n": {"ComparisonOperator": "NULL"}}}, "NotImplemented",
         "QueryFilter, a legacy parameter of Query"),
    ],
)  # fmt: skip
def test_a_request_is_refused(dynamodb, operation, parameters, code, text):
    with pytest.raises(ClientError) as refused:
        getattr(dynamodb, operation)(TableName="checks", **parameters)

    assert refused.value.response["Error"]["Code"] == code
    assert text in refused.value.response["Error"]["Message"]


def test_a_token_belongs_to_one_transaction(dynamodb):
    def write(value):
        item = {"pk": {"S": "token"}, "n": {"N": value}}
        dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": "checks", "Item": item}}],
            ClientRequestToken="token",
        )

    write("1")
    dynamodb.delete_item(TableName="checks", Key={"pk": {"S": "token"}})
    write("1")

    assert "Item" not in dynamodb.get_item(TableName="checks", Key={"pk": {"S": "token"}})
    with pytest.raises(ClientError, match="IdempotentParameterMismatchException"):
        write("2")
