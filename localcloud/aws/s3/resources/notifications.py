"""S3: event notifications to queues, topics and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

KINDS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "lambdaFunctionArn", "LambdaFunctionArn"),
    "queues": ("QueueConfigurations", "queueArn", "QueueArn"),
    "topics": ("TopicConfigurations", "topicArn", "TopicArn"),
}
"""Input -> member of the configuration, and the ARN of the destination in both forms."""
FILTERS = {"filterPrefix": "prefix", "filterSuffix": "suffix"}


def put(context: Context) -> str:
    """Set the notification configuration."""
    inputs = context.inputs
    wanted: dict[str, Any] = {}
    for key, (member, arn, destination) in KINDS.items():
        if inputs.get(key):
            wanted[member] = [_sent(one, arn, destination) for one in inputs[key]]
    bucket = inputs["bucket"]
    context.call(
        "PutBucketNotificationConfiguration", Bucket=bucket, NotificationConfiguration=wanted
    )
    return bucket


def _sent(block: dict[str, Any], arn: str, destination: str) -> dict[str, Any]:
    rules = [{"Name": FILTERS[key], "Value": block[key]} for key in FILTERS if block.get(key)]
    return {
        destination: block[arn],
        "Events": block["events"],
        **({"Id": block["id"]} if block.get("id") else {}),
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
    }


def read(context: Context) -> Properties:
    """Return the notification configuration."""
    found = context.call("GetBucketNotificationConfiguration", Bucket=context.id)
    answer: dict[str, Any] = {"bucket": context.id}
    for key, (member, arn, destination) in KINDS.items():
        answer[key] = [_answered(one, arn, destination) for one in found.get(member, ())]
    return answer


def _answered(one: dict[str, Any], arn: str, destination: str) -> dict[str, Any]:
    rules = one.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    values = {rule["Name"].lower(): rule["Value"] for rule in rules}
    return {
        "id": one["Id"],
        arn: one[destination],
        "events": one["Events"],
        **{key: values[name] for key, name in FILTERS.items() if values.get(name)},
    }


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield destinations that are missing: the SDK declares the function's ARN as optional."""
    for number, block in enumerate(inputs.get("lambdaFunctions") or ()):
        if isinstance(block, dict) and "lambdaFunctionArn" not in block:
            yield CheckFailure(
                f"lambdaFunctions[{number}].lambdaFunctionArn", "is required: set it"
            )


def remove(context: Context) -> None:
    """Remove all notifications."""
    context.call(
        "PutBucketNotificationConfiguration", Bucket=context.id, NotificationConfiguration={}
    )


ROWS = (
    Row(
        type="aws:s3/bucketNotification:BucketNotification",
        service="s3",
        inputs={
            **each(REPLACE, "bucket region"),
            "eventbridge": Input(UPDATE, supported=False),
            **{key: Input(UPDATE, unordered=True) for key in KINDS},
            **{f"{key}.id": Input(UPDATE, chosen_by_aws=True) for key in KINDS},
        },
        create=put,
        read=read,
        update=put,
        delete=remove,
        outputs={key: key for key in KINDS},
        check=check,
    ),
)
