from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError


def test_an_invocation_reaches_the_workers_and_their_answer_comes_back(
    cloud, workers, make_function
):
    make_function("echo")
    workers.answer = lambda _path, body: (
        {"X-Amz-Executed-Version": "$LATEST", "X-Amz-Function-Error": "Unhandled"},
        json.dumps({"got": body}).encode(),
    )

    answer = cloud.client("lambda").invoke(FunctionName="echo", Payload=b'{"a": 1}')

    assert json.loads(answer["Payload"].read()) == {"got": {"a": 1}}
    assert answer["FunctionError"] == "Unhandled"
    assert answer["ExecutedVersion"] == "$LATEST"
    assert workers.calls == [("/functions/echo/invocations", "RequestResponse", {"a": 1})]


def test_a_qualified_arn_is_taken_apart_and_an_event_is_accepted(cloud, workers, make_function):
    arn = make_function("events")["FunctionArn"]
    cloud.client("lambda").publish_version(FunctionName="events")

    answer = cloud.client("lambda").invoke(
        FunctionName=f"{arn}:1", InvocationType="Event", Payload=b"{}"
    )

    assert answer["StatusCode"] == 202
    assert workers.calls == [("/functions/events/invocations?qualifier=1", "Event", {})]


def test_an_unknown_function_is_refused_without_asking_the_workers(cloud, workers):
    with pytest.raises(ClientError) as refused:
        cloud.client("lambda").invoke(FunctionName="nobody")

    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert workers.calls == []


def test_absent_workers_are_named(cloud, make_function):
    make_function("lonely")

    with pytest.raises(ClientError, match="workers on port") as refused:
        cloud.client("lambda").invoke(FunctionName="lonely")

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_an_object_may_be_named_like_an_invocation(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="named-alike", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    s3.put_object(Bucket="named-alike", Key="functions/invocations", Body=b"kept")

    found = s3.get_object(Bucket="named-alike", Key="functions/invocations")
    assert found["Body"].read() == b"kept"


def test_a_function_of_another_region_is_named_by_its_arn(cloud, workers, make_function):
    make_function("elsewhere", region="us-east-1")

    cloud.client("lambda", "us-east-1").invoke(FunctionName="elsewhere", Payload=b"{}")

    arn = "arn:aws:lambda:us-east-1:000000000000:function:elsewhere"
    assert [unquote(path) for path, _, _ in workers.calls] == [f"/functions/{arn}/invocations"]
    with pytest.raises(ClientError, match="Function not found"):
        cloud.client("lambda").invoke(FunctionName="elsewhere")
