"""Items expire at their time to live; the stream says that DynamoDB deleted them."""

from __future__ import annotations

import time

DAY = 86_400


def test_expired_items_are_deleted_by_dynamodb(cloud):
    dynamodb, streams = cloud.client("dynamodb"), cloud.client("dynamodbstreams")
    made = dynamodb.create_table(
        TableName="expiring",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    ttl = {"Enabled": True, "AttributeName": "until"}
    dynamodb.update_time_to_live(TableName="expiring", TimeToLiveSpecification=ttl)
    now = int(time.time())
    until = {
        "due": {"N": str(now + 60)},
        "later": {"N": str(now + 61)},
        "text": {"S": str(now)},
        "ancient": {"N": str(now - 6 * 365 * DAY)},
    }
    for key, value in until.items():
        dynamodb.put_item(TableName="expiring", Item={"k": {"S": key}, "until": value})
    dynamodb.put_item(TableName="expiring", Item={"k": {"S": "none"}})

    status, _ = cloud.request("PUT", "dynamodb/expire", {"now": now + 60})

    assert status == 200
    left = {item["k"]["S"] for item in dynamodb.scan(TableName="expiring")["Items"]}
    assert left == {"later", "text", "ancient", "none"}
    arn = made["LatestStreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    last = streams.get_records(ShardIterator=iterator)["Records"][-1]
    assert (last["eventName"], last["dynamodb"]["Keys"]) == ("REMOVE", {"k": {"S": "due"}})
    assert last["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
