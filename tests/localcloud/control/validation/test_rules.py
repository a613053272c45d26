"""Rules that the shapes do not know, and the texts of AWS."""

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess

EMPTY = {"a": {"DataType": "String", "StringValue": ""}}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("rules"))
    process.start()
    yield process
    process.stop()


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "text"),
    [
        ("secretsmanager", "create_secret", {"Name": "Inv *Name?"}, "ValidationException",
         "Invalid name. Must be a valid name"),
        ("dynamodb", "create_table", {"TableName": "ab", "KeySchema": [
            {"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"},
         "ValidationException", "at least 3 characters long"),
        ("dynamodb", "batch_get_item", {"RequestItems": {
            name: {"Keys": [{"id": {"S": f"{name}{n}"}} for n in range(51)]} for name in "ab"
        }}, "ValidationException", "Too many items requested for the BatchGetItem call"),
        ("dynamodb", "batch_write_item", {"RequestItems": {
            "one": [{"DeleteRequest": {"Key": {"id": {"S": str(n)}}}} for n in range(26)]}},
         "ValidationException", "Member must have length less than or equal to 25"),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:eu-west-1:000000000000:t", "Message": ""},
         "InvalidParameter", "Invalid parameter: Empty message"),
        ("sns", "subscribe", {"TopicArn": "arn:aws:sns:eu-west-1:000000000000:t",
                              "Protocol": "test-protocol"},
         "InvalidParameter", "does not support this protocol string: test-protocol"),
        ("sqs", "send_message", {"QueueUrl": "http://x/0/q", "MessageBody": ""},
         "MissingParameter", "The request must contain the parameter MessageBody."),
        ("sqs", "send_message", {"QueueUrl": "http://x/0/q", "MessageBody": "\x08"},
         "InvalidMessageContents", "Invalid characters found"),
        ("sqs", "send_message", {"QueueUrl": "http://x/0/q", "MessageBody": "m",
                                  "MessageAttributes": EMPTY},
         "InvalidParameterValue", "attribute 'a' must contain a non-empty value of type 'String'"),
        ("kms", "describe_key", {"KeyId": "x" * 2049}, "ValidationException",
         "1 validation error detected: Value '"),
        ("lambda", "create_function", {"FunctionName": "a b", "Role": "r", "Code": {}},
         "ValidationException", "at 'functionName' failed to satisfy constraint: "),
    ],
)  # fmt: skip
def test_a_request_is_refused_with_the_error_of_aws(  # noqa: PLR0913, PLR0917
    cloud, service, operation, parameters, code, text
):
    with pytest.raises(ClientError) as refused:
        getattr(cloud.client(service), operation)(**parameters)

    assert refused.value.response["Error"]["Code"] == code
    assert text in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
