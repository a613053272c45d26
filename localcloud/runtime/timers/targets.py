"""Calls the target of a schedule, as EventBridge Scheduler does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.runtime.api import error_code

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localcloud.runtime.api import AwsApi

    Call = Callable[[AwsApi, dict[str, Any], str, str], Awaitable[object]]

THROTTLED = ("Throttl", "TooManyRequests", "ProvisionedThroughputExceeded", "LimitExceeded")
CLIENT_ERROR, SERVER_ERROR = 400, 500


def filled(text: str, attributes: Mapping[str, str]) -> str:
    """Return the input of a target with the context attributes `<aws.scheduler.*>`."""
    for name, value in attributes.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def is_final(error: Exception) -> bool:
    """Return whether another attempt cannot succeed: the request itself is refused."""
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", SERVER_ERROR)
    return CLIENT_ERROR <= status < SERVER_ERROR and not error_code(error).startswith(THROTTLED)


async def call(aws: AwsApi, target: dict[str, Any], text: str, execution_id: str) -> None:
    """Send *text* to *target*; raises what the AWS service answers."""
    await CALLS[target["Arn"].split(":")[2]](aws, target, text, execution_id)


async def _function(aws: AwsApi, target: dict[str, Any], text: str, _id: str) -> object:
    return await aws(
        "lambda",
        "Invoke",
        FunctionName=target["Arn"],
        InvocationType="Event",
        Payload=text.encode(),
    )


async def _queue(aws: AwsApi, target: dict[str, Any], text: str, _id: str) -> object:
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    fifo: dict[str, Any] = {"MessageGroupId": group} if group else {}
    return await send_to_queue(aws, target["Arn"], MessageBody=text, **fifo)


async def send_to_queue(aws: AwsApi, arn: str, **message: Any) -> object:
    """Send *message* to the queue *arn*."""
    account, name = arn.split(":")[4:6]
    found = await aws("sqs", "GetQueueUrl", QueueName=name, QueueOwnerAWSAccountId=account)
    return await aws("sqs", "SendMessage", QueueUrl=found["QueueUrl"], **message)


async def _topic(aws: AwsApi, target: dict[str, Any], text: str, _id: str) -> object:
    return await aws("sns", "Publish", TopicArn=target["Arn"], Message=text)


async def _bus(aws: AwsApi, target: dict[str, Any], text: str, _id: str) -> object:
    parameters = target.get("EventBridgeParameters") or {}
    entry = {
        "EventBusName": target["Arn"],
        "Source": parameters.get("Source"),
        "DetailType": parameters.get("DetailType"),
        "Detail": text,
    }
    answer = await aws("events", "PutEvents", Entries=[entry])
    [result] = answer["Entries"]
    if result.get("ErrorCode"):
        refused = {"Code": result["ErrorCode"], "Message": result.get("ErrorMessage", "")}
        raise ClientError(
            {"Error": refused, "ResponseMetadata": {"HTTPStatusCode": CLIENT_ERROR}},  # pyright: ignore[reportArgumentType]
            "PutEvents",
        )
    return answer


async def _stream(aws: AwsApi, target: dict[str, Any], text: str, _id: str) -> object:
    key = (target.get("KinesisParameters") or {}).get("PartitionKey")
    return await aws(
        "kinesis", "PutRecord", StreamARN=target["Arn"], Data=text.encode(), PartitionKey=key
    )


async def _state_machine(aws: AwsApi, target: dict[str, Any], text: str, id_: str) -> object:
    # The execution id as the name: a second attempt starts no second execution.
    return await aws(
        "stepfunctions", "StartExecution", stateMachineArn=target["Arn"], name=id_, input=text
    )


async def _task(aws: AwsApi, target: dict[str, Any], text: str, id_: str) -> object:
    parameters = target["EcsParameters"]
    found = {
        "taskDefinition": parameters["TaskDefinitionArn"],
        "count": parameters.get("TaskCount"),
        "launchType": parameters.get("LaunchType"),
        "platformVersion": parameters.get("PlatformVersion"),
        "group": parameters.get("Group"),
        "networkConfiguration": _network(parameters.get("NetworkConfiguration")),
        "propagateTags": parameters.get("PropagateTags"),
        "overrides": json.loads(text) if text else None,
        "startedBy": id_[:36],
    }
    given = {name: value for name, value in found.items() if value is not None}
    return await aws("ecs", "RunTask", cluster=target["Arn"], **given)


def _network(configuration: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a network configuration under the names of ECS."""
    if not configuration:
        return None
    found = configuration["awsvpcConfiguration"]
    return {"awsvpcConfiguration": {name[0].lower() + name[1:]: v for name, v in found.items()}}


CALLS: dict[str, Call] = {
    "ecs": _task,
    "events": _bus,
    "kinesis": _stream,
    "lambda": _function,
    "sns": _topic,
    "sqs": _queue,
    "states": _state_machine,
}
