"""Answers that AWS gives, recorded from it."""

import hashlib

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def refused():
    def call(operation, **parameters):
        with pytest.raises(ClientError) as error:
            operation(**parameters)
        answer = error.value.response
        return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]

    return call


@pytest.fixture(scope="module")
def bucket(cloud):
    cloud.client("s3").create_bucket(
        Bucket="recorded-answers", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return "recorded-answers"


def test_objects_are_encrypted_by_default(cloud, bucket):
    s3 = cloud.client("s3")

    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    assert put["ServerSideEncryption"] == "AES256"
    assert s3.get_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"


def test_an_unknown_upload_is_refused(cloud, bucket, refused):
    s3 = cloud.client("s3")
    upload = {"Bucket": bucket, "Key": "k", "UploadId": "fakeid"}
    parts = {"Parts": [{"ETag": "e", "PartNumber": 1}]}

    assert refused(s3.complete_multipart_upload, **upload, MultipartUpload=parts) == (
        "NoSuchUpload",
        404,
    )
    assert refused(s3.upload_part, **upload, PartNumber=1, Body=b"x") == ("NoSuchUpload", 404)
    assert refused(s3.list_parts, **upload) == ("NoSuchUpload", 404)


def test_a_missing_secret_is_a_bad_request(cloud, refused):
    secrets = cloud.client("secretsmanager")

    for operation in ("list_secret_version_ids", "get_secret_value", "describe_secret"):
        found = refused(getattr(secrets, operation), SecretId="none")
        assert found == ("ResourceNotFoundException", 400)
    arn = secrets.create_secret(Name="present", SecretString="x")["ARN"]
    assert secrets.list_secret_version_ids(SecretId="present")["ARN"] == arn


def test_batches_are_refused_with_the_codes_of_sqs(cloud, refused):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="batches")["QueueUrl"]
    sent = [sqs.send_message(QueueUrl=url, MessageBody=str(n))["MessageId"] for n in range(1)]
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]

    def delete(*identifiers):
        entries = [{"Id": one, "ReceiptHandle": handle} for one in identifiers]
        return refused(sqs.delete_message_batch, QueueUrl=url, Entries=entries)[0]

    prefix = "AWS.SimpleQueueService."
    assert delete(*(f"x{n}" for n in range(11))) == f"{prefix}TooManyEntriesInBatchRequest"
    assert delete("invalid:id") == f"{prefix}InvalidBatchEntryId"
    assert delete("a", "a") == f"{prefix}BatchEntryIdsNotDistinct"
    assert len(sent) == 1


def test_an_earlier_receipt_handle_changes_the_visibility_of_a_standard_message(cloud):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="earlier-handle")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    first = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"][0]
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=30)

    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0
    )

    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_the_delay_of_a_fifo_queue_applies_to_every_message(cloud):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(
        QueueName="delayed.fifo", Attributes={"FifoQueue": "true", "DelaySeconds": "2"}
    )["QueueUrl"]

    sqs.send_message(
        QueueUrl=url, MessageBody="m", MessageGroupId="a", DelaySeconds=0,
        MessageDeduplicationId=hashlib.sha256(b"m").hexdigest(),
    )  # fmt: skip

    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_one_call_receives_a_group_of_a_fifo_queue_before_the_next(cloud):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="groups.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for body in ("a1", "b1", "a2", "a3"):
        sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId=body[0], MessageDeduplicationId=body
        )

    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]

    assert [one["Body"] for one in found] == ["a1", "a2", "a3", "b1"]


def test_a_fifo_message_is_not_deleted_with_an_expired_handle(cloud, refused):
    sqs = cloud.client("sqs")
    attributes = {"FifoQueue": "true", "VisibilityTimeout": "0"}
    url = sqs.create_queue(QueueName="expired.fifo", Attributes=attributes)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="a", MessageDeduplicationId="1")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]

    found = refused(sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)
    batch = sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "a", "ReceiptHandle": handle}])

    assert found == ("InvalidParameterValue", 400)
    assert batch["Failed"][0]["Code"] == "InvalidParameterValue"


def test_a_trailing_comma_in_a_policy_is_refused(cloud, refused):
    iam = cloud.client("iam")
    document = '{"Version": "2012-10-17",}'

    for operation, parameters in (
        ("create_role", {"RoleName": "comma", "AssumeRolePolicyDocument": document}),
        ("create_policy", {"PolicyName": "comma", "PolicyDocument": document}),
        ("put_role_policy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": document}),
    ):
        found = refused(getattr(iam, operation), **parameters)
        assert found == ("MalformedPolicyDocument", 400)


@pytest.mark.parametrize("detail", ["[1]", "1", '"x"', "{"])
def test_the_detail_of_an_event_is_an_object(cloud, detail):
    good = {"Source": "s", "DetailType": "d", "Detail": "{}"}

    answer = cloud.client("events").put_events(Entries=[good, {**good, "Detail": detail}, good])

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][1]["ErrorCode"] == "MalformedDetail"
    assert "EventId" in answer["Entries"][2]


def test_a_stale_revision_of_a_function_is_refused(cloud, make_function, refused):
    functions = cloud.client("lambda")
    first = make_function("revised", Environment={"Variables": {"NAME": "b"}})["RevisionId"]
    change = {"FunctionName": "revised", "MemorySize": 256}

    second = functions.update_function_configuration(**change, RevisionId=first)

    assert second["Environment"] == {"Variables": {"NAME": "b"}}
    assert (
        functions.get_function_configuration(FunctionName="revised")["RevisionId"]
        == (second["RevisionId"])
    )
    found = refused(functions.update_function_configuration, **change, RevisionId=first)
    assert found == ("PreconditionFailedException", 412)


def test_a_bucket_blocks_public_access_and_is_encrypted_by_default(cloud, bucket):
    s3 = cloud.client("s3")

    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]

    assert set(block.values()) == {True}
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
