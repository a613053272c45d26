"""Updates of indexes that DynamoDB refuses, and what is left of a deleted index."""

import pytest
from botocore.exceptions import ClientError


def _attributes(*names):
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def _index(name):
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


@pytest.fixture(scope="module")
def dynamodb(cloud):
    found = cloud.client("dynamodb")
    found.create_table(
        TableName="indexed",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=_attributes("pk", "state"),
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[_index("by-state")],
    )
    return found


CAPACITY = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
CREATE = {"Create": _index("again")}


@pytest.mark.parametrize(
    ("update", "code", "text"),
    [
        ({"GlobalSecondaryIndexUpdates": [CREATE, {"Create": _index("third")}]},
         "LimitExceededException", "Only 1 online index can be created or deleted simultaneously"),
        ({"GlobalSecondaryIndexUpdates": [CREATE, {"Delete": {"IndexName": "by-state"}}]},
         "LimitExceededException", "Only 1 online index can be created or deleted simultaneously"),
        ({"GlobalSecondaryIndexUpdates": [{"Create": _index("by-state")}]},
         "ValidationException", "Attempting to create an index which already exists"),
        ({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "unknown"}}]},
         "ResourceNotFoundException", "Requested resource not found"),
        ({"BillingMode": "PROVISIONED", "ProvisionedThroughput": CAPACITY},
         "ValidationException", "ProvisionedThroughput must be specified for index: by-state"),
    ],
)  # fmt: skip
def test_an_update_of_indexes_is_refused(dynamodb, update, code, text):
    with pytest.raises(ClientError) as refused:
        dynamodb.update_table(
            TableName="indexed", AttributeDefinitions=_attributes("pk", "state"), **update
        )

    assert refused.value.response["Error"]["Code"] == code
    assert text in refused.value.response["Error"]["Message"]
    [index] = dynamodb.describe_table(TableName="indexed")["Table"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by-state"


def test_the_attributes_of_a_deleted_index_are_not_defined_any_more(dynamodb):
    dynamodb.create_table(
        TableName="plain",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=_attributes("pk", "state"),
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[_index("by-state")],
    )

    answer = dynamodb.update_table(
        TableName="plain",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-state"}}],
    )

    assert answer["TableDescription"]["AttributeDefinitions"] == _attributes("pk")
