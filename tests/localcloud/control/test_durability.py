"""What was acknowledged is there after a kill, whenever it comes."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from localcloud.clients import client_at
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.telemetry_process import TelemetryProcess

pytestmark = pytest.mark.integration

AT_LEAST = 4
"""How many writes of each kind are acknowledged before the process is killed."""


@pytest.fixture
def process(tmp_path):
    found = ControlProcess(tmp_path)
    found.start()
    yield found
    found.kill()


def writer(process, service, write, acknowledged, stop):
    client = client_at(f"http://127.0.0.1:{process.port}", service)

    def run():
        while not stop.is_set():
            try:
                acknowledged.append(write(client))
            except (BotoCoreError, ClientError, ResponseParserError):
                return  # cut off: not acknowledged

    return threading.Thread(target=run)


def wait_until(holds, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)


@pytest.fixture
def telemetry(process):
    with TelemetryProcess(process.layout) as running:
        yield running


@pytest.mark.usefixtures("telemetry")
def test_every_acknowledged_write_survives_kills_in_the_middle_of_writing(process):
    queue = process.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    process.client("dynamodb").create_table(
        TableName="items",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    process.client("s3").create_bucket(
        Bucket="objects", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    process.client("logs").create_log_group(logGroupName="/log")
    process.client("logs").create_log_stream(logGroupName="/log", logStreamName="s")

    def put_item(client):
        key = uuid.uuid4().hex
        client.put_item(TableName="items", Item={"k": {"S": key}, "v": {"B": b"\x00\xff"}})
        return key

    def put_object(client):
        key = uuid.uuid4().hex
        client.put_object(Bucket="objects", Key=key, Body=key.encode())
        return key

    def log(client):
        event = {"timestamp": int(time.time() * 1000), "message": uuid.uuid4().hex}
        client.put_log_events(logGroupName="/log", logStreamName="s", logEvents=[event])
        return event["message"]

    writes = {
        "sqs": lambda c: c.send_message(QueueUrl=queue, MessageBody="m")["MessageId"],
        "dynamodb": put_item,
        "s3": put_object,
        "logs": log,
        "ec2": lambda c: c.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"],
        "sns": lambda c: c.create_topic(Name=uuid.uuid4().hex)["TopicArn"],
    }
    acknowledged: dict[str, list[str]] = {service: [] for service in writes}

    for _ in range(3):
        had = {service: len(found) for service, found in acknowledged.items()}
        stop = threading.Event()
        threads = [writer(process, s, w, acknowledged[s], stop) for s, w in writes.items()]
        for thread in threads:
            thread.start()
        wait_until(lambda had=had: all(len(acknowledged[s]) >= had[s] + AT_LEAST for s in writes))
        process.kill()
        stop.set()
        for thread in threads:
            thread.join()
        process.start()

    client = process.client
    found_messages = set()
    while (
        messages := client("sqs")
        .receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        .get("Messages")
    ):
        found_messages |= {message["MessageId"] for message in messages}
    assert set(acknowledged["sqs"]) <= found_messages
    pages = client("dynamodb").get_paginator("scan").paginate(TableName="items")
    items = {item["k"]["S"]: item["v"]["B"] for page in pages for item in page["Items"]}
    assert set(acknowledged["dynamodb"]) <= set(items)
    assert set(items.values()) == {b"\x00\xff"}
    for key in acknowledged["s3"]:
        assert client("s3").get_object(Bucket="objects", Key=key)["Body"].read().decode() == key
    events = client("logs").get_log_events(
        logGroupName="/log", logStreamName="s", startFromHead=True
    )["events"]
    assert set(acknowledged["logs"]) <= {event["message"] for event in events}
    vpcs = client("ec2").describe_vpcs()["Vpcs"]
    assert set(acknowledged["ec2"]) <= {vpc["VpcId"] for vpc in vpcs}
    topics = client("sns").get_paginator("list_topics").paginate()
    arns = {topic["TopicArn"] for page in topics for topic in page["Topics"]}
    assert set(acknowledged["sns"]) <= arns


def test_a_message_in_flight_stays_hidden_and_its_receipt_stays_valid(process):
    sqs = process.client("sqs")
    queue = sqs.create_queue(QueueName="work")["QueueUrl"]
    for body in "ab":
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    [first] = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=60)["Messages"]

    process.restart_after_kill()

    [second] = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert (first["Body"], second["Body"]) == ("a", "b")
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"])
    names = ["ApproximateNumberOfMessagesNotVisible"]
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    assert counts == {"ApproximateNumberOfMessagesNotVisible": "1"}


def test_what_was_deleted_stays_deleted(process):
    sqs, dynamodb = process.client("sqs"), process.client("dynamodb")
    queue = sqs.create_queue(QueueName="work")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    sqs.send_message(QueueUrl=other, MessageBody="a")
    sqs.delete_queue(QueueUrl=other)

    def table():
        dynamodb.create_table(
            TableName="tables",
            KeySchema=[
                {"AttributeName": "k", "KeyType": "HASH"},
                {"AttributeName": "r", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "k", "AttributeType": "S"},
                {"AttributeName": "r", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    table()
    for number in "123":
        dynamodb.put_item(TableName="tables", Item={"k": {"S": "a"}, "r": {"N": number}})
    dynamodb.delete_item(TableName="tables", Key={"k": {"S": "a"}, "r": {"N": "2"}})

    process.restart_after_kill()

    sqs.create_queue(QueueName="other")
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert "Messages" not in sqs.receive_message(QueueUrl=other)
    left = dynamodb.scan(TableName="tables")["Items"]
    assert sorted(item["r"]["N"] for item in left) == ["1", "3"]
    dynamodb.delete_table(TableName="tables")
    table()
    process.restart_after_kill()
    assert dynamodb.scan(TableName="tables")["Items"] == []


def test_a_user_who_signed_up_is_still_there(process):
    users = process.client("cognito-idp")
    pool = users.create_user_pool(PoolName="customers")["UserPool"]["Id"]
    app = users.create_user_pool_client(UserPoolId=pool, ClientName="shop")["UserPoolClient"]

    users.sign_up(ClientId=app["ClientId"], Username="ann", Password="Correct-horse-1")
    process.restart_after_kill()

    found = users.admin_get_user(UserPoolId=pool, Username="ann")
    assert found["UserStatus"] == "UNCONFIRMED"


def test_a_database_comes_back_with_its_port_and_its_protection(process):
    rds = process.client("rds")
    made = rds.create_db_cluster(
        DBClusterIdentifier="ledger",
        Engine="aurora-postgresql",
        MasterUsername="master",
        MasterUserPassword="correct-horse",
        DeletionProtection=True,
    )["DBCluster"]

    process.restart_after_kill()

    [found] = rds.describe_db_clusters(DBClusterIdentifier="ledger")["DBClusters"]
    assert found["Port"] == made["Port"] != 5432
    assert found["DeletionProtection"]


def test_the_secret_of_a_deleted_database_stays_deleted(process):
    rds, secrets = process.client("rds"), process.client("secretsmanager")
    made = rds.create_db_cluster(
        DBClusterIdentifier="ledger",
        Engine="aurora-postgresql",
        MasterUsername="master",
        ManageMasterUserPassword=True,
    )["DBCluster"]

    rds.delete_db_cluster(DBClusterIdentifier="ledger", SkipFinalSnapshot=True)
    process.restart_after_kill()

    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.describe_secret(SecretId=made["MasterUserSecret"]["SecretArn"])


def test_a_cancelled_transaction_leaves_nothing_and_a_done_one_everything(process):
    dynamodb = process.client("dynamodb")
    dynamodb.create_table(
        TableName="tables",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def put(key):
        item = {"TableName": "tables", "Item": {"k": {"S": key}}}
        return {"Put": {**item, "ConditionExpression": "attribute_not_exists(k)"}}

    dynamodb.transact_write_items(TransactItems=[put("a"), put("b")])
    with pytest.raises(ClientError, match="TransactionCanceled"):
        dynamodb.transact_write_items(TransactItems=[put("c"), put("a")])

    process.restart_after_kill()

    keys = sorted(item["k"]["S"] for item in dynamodb.scan(TableName="tables")["Items"])
    assert keys == ["a", "b"]
