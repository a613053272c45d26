"""SQS: queues and their policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localcloud.provider.attributes import answered, changed, sent
from localcloud.provider.documents import json_failures
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    attributes,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

INPUTS = {
    **each(REPLACE, "namePrefix region"),
    "tags": Input(UPDATE),
    "name": Input(REPLACE, limit=Limit(max_length=80, pattern=r"[A-Za-z0-9_-]+(\.fifo)?")),
    "fifoQueue": Input(REPLACE, attribute="FifoQueue"),
    "contentBasedDeduplication": Input(UPDATE, attribute="ContentBasedDeduplication", reset=False),
    "deduplicationScope": Input(
        UPDATE,
        attribute="DeduplicationScope",
        limit=Limit(one_of=("messageGroup", "queue")),
    ),
    "delaySeconds": Input(UPDATE, attribute="DelaySeconds", default=0, limit=Limit(0, 900)),
    "fifoThroughputLimit": Input(
        UPDATE,
        attribute="FifoThroughputLimit",
        limit=Limit(one_of=("perQueue", "perMessageGroupId")),
    ),
    "kmsDataKeyReusePeriodSeconds": Input(
        UPDATE, attribute="KmsDataKeyReusePeriodSeconds", limit=Limit(60, 86_400)
    ),
    "kmsMasterKeyId": Input(UPDATE, attribute="KmsMasterKeyId", reset=""),
    "maxMessageSize": Input(
        UPDATE, attribute="MaximumMessageSize", default=262_144, limit=Limit(1024, 1_048_576)
    ),
    "messageRetentionSeconds": Input(
        UPDATE, attribute="MessageRetentionPeriod", default=345_600, limit=Limit(60, 1_209_600)
    ),
    "policy": Input(UPDATE, attribute="Policy"),
    "receiveWaitTimeSeconds": Input(
        UPDATE, attribute="ReceiveMessageWaitTimeSeconds", default=0, limit=Limit(0, 20)
    ),
    "redriveAllowPolicy": Input(UPDATE, attribute="RedriveAllowPolicy"),
    "redrivePolicy": Input(UPDATE, attribute="RedrivePolicy"),
    "sqsManagedSseEnabled": Input(UPDATE, attribute="SqsManagedSseEnabled"),
    "visibilityTimeoutSeconds": Input(
        UPDATE, attribute="VisibilityTimeout", default=30, limit=Limit(0, 43_200)
    ),
}
ATTRIBUTES = attributes(INPUTS)

TAGS = Tagging(tag="TagQueue", untag="UntagQueue", read="ListQueueTags", keys={"QueueUrl": "id"})


def queue_attributes(context: Context) -> Properties:
    """Return the attributes that the program sets."""
    wanted = sent(context, ATTRIBUTES)
    if wanted.get("FifoQueue") == "false":  # SQS knows the attribute only as true
        del wanted["FifoQueue"]
    return {"Attributes": wanted} if wanted else {}


def change_attributes(context: Context) -> None:
    """Set the attributes that changed."""
    wanted = changed(context, ATTRIBUTES)
    if wanted:
        context.call("SetQueueAttributes", QueueUrl=context.id, Attributes=wanted)


def read_queue(context: Context) -> Properties:
    """Return the queue with the SDK's names."""
    found = context.call("GetQueueAttributes", QueueUrl=context.id, AttributeNames=["All"])
    found = found["Attributes"]
    arn = found["QueueArn"]
    reuse = "kmsDataKeyReusePeriodSeconds"  # answered beside a key only
    return {
        reuse: context.get(reuse),
        **answered(found, ATTRIBUTES),
        "arn": arn,
        "name": arn.rsplit(":", 1)[-1],
        "url": context.id,
    }


def check_queue(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of SQS's constraints across the inputs of a queue."""
    name, fifo = inputs.get("name"), inputs.get("fifoQueue", False)
    if isinstance(name, str) and name.endswith(".fifo") is not bool(fifo):
        want = 'end it with ".fifo"' if fifo else 'set fifoQueue, or drop the ending ".fifo"'
        yield CheckFailure("name", f'"{name}" does not fit fifoQueue={fifo}: {want}')
    for key in ("contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"):
        if inputs.get(key) and not fifo:
            yield CheckFailure(key, "requires a FIFO queue: set fifoQueue, or remove it")
    if inputs.get("kmsMasterKeyId") and inputs.get("sqsManagedSseEnabled"):
        yield CheckFailure("sqsManagedSseEnabled", "conflicts with kmsMasterKeyId: set one of them")
    redrive = inputs.get("redrivePolicy")
    yield from json_failures(inputs, "policy", "redriveAllowPolicy")
    if isinstance(redrive, str):
        yield from check_redrive(redrive)


def check_redrive(document: str) -> Iterator[CheckFailure]:
    """Yield what is invalid in a redrive policy."""
    try:
        policy = json.loads(document)
    except ValueError as error:
        yield CheckFailure("redrivePolicy", f"is not valid JSON: {error}")
        return
    count = policy.get("maxReceiveCount") if isinstance(policy, dict) else None
    if not isinstance(policy, dict) or "deadLetterTargetArn" not in policy:
        yield CheckFailure(
            "redrivePolicy", "has no deadLetterTargetArn: name the dead-letter queue"
        )
    elif not isinstance(count, int) or not 1 <= count <= 1000:  # noqa: PLR2004 - the limit of SQS
        yield CheckFailure(
            "redrivePolicy", f"has maxReceiveCount {count!r}: write a number, 1 to 1000"
        )


def check_policy(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is invalid in a queue's policy."""
    yield from json_failures(inputs, "policy")


def set_policy(context: Context) -> str:
    """Set the queue's policy; the queue's URL is its id."""
    context.id = context.inputs["queueUrl"]
    change_policy(context)
    return context.id


def change_policy(context: Context) -> None:
    """Set the queue's policy."""
    attribute = {"Policy": context.inputs["policy"]}
    context.call("SetQueueAttributes", QueueUrl=context.id, Attributes=attribute)


def read_policy(context: Context) -> Properties | None:
    """Return the queue's policy, None if there is none."""
    asked = context.call("GetQueueAttributes", QueueUrl=context.id, AttributeNames=["Policy"])
    policy = asked.get("Attributes", {}).get("Policy")
    return {"queueUrl": context.id, "policy": policy} if policy else None


def remove_policy(context: Context) -> None:
    """Remove the queue's policy."""
    context.call("SetQueueAttributes", QueueUrl=context.id, Attributes={"Policy": ""})


QUEUE = Row(
    type="aws:sqs/queue:Queue",
    service="sqs",
    inputs=INPUTS,
    name=Naming(max_length=80, suffix=lambda inputs: ".fifo" if inputs.get("fifoQueue") else ""),
    create=Op(name="CreateQueue", extra=queue_attributes),
    id="QueueUrl",
    read=read_queue,
    update=change_attributes,
    delete=Op(name="DeleteQueue", keys={"QueueUrl": "id"}),
    tags=TAGS,
    check=check_queue,
)

POLICY = Row(
    type="aws:sqs/queuePolicy:QueuePolicy",
    service="sqs",
    inputs={
        **each(REPLACE, "queueUrl region"),
        "policy": Input(UPDATE),
    },
    create=set_policy,
    read=read_policy,
    update=change_policy,
    delete=remove_policy,
    from_id=lambda id_: {"queueUrl": id_},
    check=check_policy,
)

ROWS = (QUEUE, POLICY)
