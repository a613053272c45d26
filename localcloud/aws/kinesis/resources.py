"""Kinesis: data streams, their consumers and resource policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.documents import policy_failures
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
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ON_DEMAND, PROVISIONED = "ON_DEMAND", "PROVISIONED"
NAME = Limit(max_length=128, pattern=r"[a-zA-Z0-9_.-]+")
TAGS_OF_CONSUMERS = Tagging(
    tag="TagResource",
    untag="UntagResource",
    read="ListTagsForResource",
    keys={"ResourceARN": "arn"},
)


def mode_of(inputs: Properties) -> str:
    """Return the capacity mode."""
    return (inputs.get("streamModeDetails") or {}).get("streamMode") or PROVISIONED


def create_stream(context: Context) -> str:
    """Create the stream, then set what CreateStream does not take."""
    inputs = context.inputs
    given = {
        "StreamModeDetails": {"StreamMode": mode_of(inputs)},
        "ShardCount": inputs.get("shardCount"),
        "MaxRecordSizeInKiB": inputs.get("maxRecordSizeInKib"),
        "Tags": context.tags or None,
    }
    name = inputs["name"]
    context.call("CreateStream", StreamName=name, **{k: v for k, v in given.items() if v})
    described = context.call("DescribeStreamSummary", StreamName=name)
    context.id = described["StreamDescriptionSummary"]["StreamARN"]
    set_retention(context)
    set_metrics(context)
    if inputs.get("encryptionType") == "KMS":
        set_encryption(context)
    return context.id


def update_stream(context: Context) -> None:
    """Change what differs."""
    inputs, changed = context.inputs, context.changed
    arn = {"StreamARN": context.id}
    if "streamModeDetails" in changed:
        mode = {"StreamMode": mode_of(inputs)}
        context.call("UpdateStreamMode", **arn, StreamModeDetails=mode)
    if inputs.get("shardCount") and changed & {"shardCount", "streamModeDetails"}:
        count = {"TargetShardCount": inputs["shardCount"], "ScalingType": "UNIFORM_SCALING"}
        context.call("UpdateShardCount", **arn, **count)
    if "retentionPeriod" in changed:
        set_retention(context)
    if "shardLevelMetrics" in changed:
        set_metrics(context)
    if changed & {"encryptionType", "kmsKeyId"}:
        set_encryption(context)
    if "maxRecordSizeInKib" in changed:
        size = inputs.get("maxRecordSizeInKib") or 1024
        context.call("UpdateMaxRecordSize", **arn, MaxRecordSizeInKiB=size)


def summary(context: Context) -> Properties:
    """Return the stream as AWS describes it."""
    return context.call("DescribeStreamSummary", StreamARN=context.id)["StreamDescriptionSummary"]


def set_retention(context: Context) -> None:
    """Increase or decrease the retention."""
    hours, now = context.inputs["retentionPeriod"], summary(context)["RetentionPeriodHours"]
    if hours != now:
        change = "Increase" if hours > now else "Decrease"
        operation = f"{change}StreamRetentionPeriod"
        context.call(operation, StreamARN=context.id, RetentionPeriodHours=hours)


def set_metrics(context: Context) -> None:
    """Enable and disable metrics of shards."""
    wanted = set(context.inputs.get("shardLevelMetrics") or [])
    [now] = summary(context)["EnhancedMonitoring"]
    before = set(now.get("ShardLevelMetrics") or [])
    for verb, metrics in (("Enable", wanted - before), ("Disable", before - wanted)):
        if metrics:
            operation = f"{verb}EnhancedMonitoring"
            context.call(operation, StreamARN=context.id, ShardLevelMetrics=sorted(metrics))


def set_encryption(context: Context) -> None:
    """Start or stop the encryption."""
    key, inputs = {"StreamARN": context.id, "EncryptionType": "KMS"}, context.inputs
    if inputs.get("encryptionType") == "KMS":
        context.call("StartStreamEncryption", **key, KeyId=inputs["kmsKeyId"])
    else:
        old = context.old_inputs.get("kmsKeyId") or "alias/aws/kinesis"
        context.call("StopStreamEncryption", **key, KeyId=old)


def read_stream(context: Context) -> Properties:
    """Return the stream under the names of the SDK."""
    found = summary(context)
    mode = found["StreamModeDetails"]["StreamMode"]
    [metrics] = found["EnhancedMonitoring"]
    encrypted = found.get("EncryptionType") or "NONE"
    return {
        "arn": found["StreamARN"],
        "name": found["StreamName"],
        "streamModeDetails": {"streamMode": mode},
        "shardCount": found["OpenShardCount"] if mode == PROVISIONED else None,
        "retentionPeriod": found["RetentionPeriodHours"],
        "shardLevelMetrics": metrics.get("ShardLevelMetrics") or [],
        "encryptionType": encrypted,
        "kmsKeyId": found.get("KeyId") if encrypted == "KMS" else None,
        "maxRecordSizeInKib": found["MaxRecordSizeInKiB"],
    }


def delete_stream(context: Context) -> None:
    """Delete the stream, and its consumers if the program allows that."""
    enforce = bool(context.get("enforceConsumerDeletion"))
    context.call("DeleteStream", StreamARN=context.id, EnforceConsumerDeletion=enforce)


def stream_from_id(id_: str) -> Properties:
    """Read the name, or the ARN, of a stream."""
    return {"name": id_.rpartition("/")[2]}


def check_stream(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Kinesis's constraints across the inputs of a stream."""
    on_demand, count = mode_of(inputs) == ON_DEMAND, inputs.get("shardCount")
    if on_demand and count:
        yield CheckFailure("shardCount", f"does not apply to the mode {ON_DEMAND}: remove it")
    if not on_demand and not count:
        yield CheckFailure(
            "shardCount", f"is not set: set it, or streamModeDetails.streamMode to {ON_DEMAND}"
        )
    encrypted, key = inputs.get("encryptionType") == "KMS", inputs.get("kmsKeyId")
    if encrypted and "kmsKeyId" not in inputs:
        yield CheckFailure("kmsKeyId", "is required with encryptionType KMS: set it")
    if key and not encrypted:
        yield CheckFailure("kmsKeyId", "has no effect: set encryptionType to KMS")


def put_policy(context: Context) -> str:
    """Put the policy; the ARN of the stream or consumer is its ID."""
    arn = context.inputs["resourceArn"]
    context.call("PutResourcePolicy", ResourceARN=arn, Policy=context.inputs["policy"])
    return arn


def read_policy(context: Context) -> Properties | None:
    """Return the policy, None if there is none."""
    policy = context.call("GetResourcePolicy", ResourceARN=context.id).get("Policy")
    return {"resourceArn": context.id, "policy": policy} if policy not in (None, "", "{}") else None


ROWS = (
    Row(
        type="aws:kinesis/stream:Stream",
        service="kinesis",
        inputs={
            **each(UPDATE, "kmsKeyId shardCount tags"),
            **each(UPDATE, "enforceConsumerDeletion", state_only=True),
            **each(REPLACE, "arn region"),
            "encryptionType": Input(UPDATE, default="NONE", limit=Limit(one_of=("KMS", "NONE"))),
            "maxRecordSizeInKib": Input(UPDATE, default=1024, limit=Limit(1024, 10_240)),
            "name": Input(REPLACE, limit=NAME),
            "retentionPeriod": Input(UPDATE, default=24, limit=Limit(24, 8760)),
            "shardLevelMetrics": Input(UPDATE, reset=[], unordered=True),
            "streamModeDetails": Input(UPDATE, default={"streamMode": PROVISIONED}),
            "streamModeDetails.streamMode": Input(
                UPDATE, limit=Limit(one_of=(ON_DEMAND, PROVISIONED))
            ),
            "warmThroughputMibPs": Input(UPDATE, supported=False),
        },
        name=Naming(max_length=128),
        create=create_stream,
        from_id=stream_from_id,
        read=read_stream,
        update=update_stream,
        delete=delete_stream,
        tags=Tagging(
            tag="AddTagsToStream",
            untag="RemoveTagsFromStream",
            read="ListTagsForStream",
            keys={"StreamName": "name"},
        ),
        check=check_stream,
        check_operations=("CreateStream",),
    ),
    Row(
        type="aws:kinesis/streamConsumer:StreamConsumer",
        service="kinesis",
        inputs={
            **each(REPLACE, "region streamArn"),
            **each(UPDATE, "tags"),
            "name": Input(REPLACE, limit=NAME),
        },
        name=Naming(max_length=128),
        create=Op(name="RegisterStreamConsumer", rename={"name": "ConsumerName"}),
        id="Consumer.ConsumerARN",
        from_id=lambda id_: {"streamArn": id_.partition("/consumer/")[0]},
        read=Op(name="DescribeStreamConsumer", keys={"ConsumerARN": "id"}),
        outputs={
            "arn": "ConsumerDescription.ConsumerARN",
            "name": "ConsumerDescription.ConsumerName",
            "streamArn": "ConsumerDescription.StreamARN",
            "creationTimestamp": "ConsumerDescription.ConsumerCreationTimestamp",
        },
        delete=Op(name="DeregisterStreamConsumer", keys={"ConsumerARN": "id"}),
        tags=TAGS_OF_CONSUMERS,
    ),
    Row(
        type="aws:kinesis/resourcePolicy:ResourcePolicy",
        service="kinesis",
        inputs={**each(REPLACE, "region resourceArn"), **each(UPDATE, "policy")},
        create=put_policy,
        from_id=lambda id_: {"resourceArn": id_},
        read=read_policy,
        update=put_policy,
        delete=Op(name="DeleteResourcePolicy", keys={"ResourceARN": "id"}),
        check=lambda inputs: policy_failures(inputs, "policy", principal=True),
    ),
)
