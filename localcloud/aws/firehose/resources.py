"""Data Firehose: delivery streams to S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.firehose.destinations import described_block, destination
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Row,
    Tagging,
    each,
)
from localcloud.telemetry.firehose import prefixes
from localcloud.telemetry.firehose.streams import SERVED_PARAMETERS, SERVED_PROCESSORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

S3 = "extendedS3Configuration"
OWNED, CUSTOMER = "AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK"
DESTINATIONS = (
    "elasticsearch", "extended_s3", "http_endpoint", "iceberg", "opensearch",
    "opensearchserverless", "redshift", "snowflake", "splunk",
)  # fmt: skip
OTHERS = (
    "elasticsearchConfiguration", "httpEndpointConfiguration", "icebergConfiguration",
    "opensearchConfiguration", "opensearchserverlessConfiguration", "redshiftConfiguration",
    "snowflakeConfiguration", "splunkConfiguration",
)  # fmt: skip
PLAIN = (
    "bucketArn", "cloudwatchLoggingOptions", "errorOutputPrefix", "fileExtension", "kmsKeyArn",
    "prefix", "processingConfiguration", "roleArn",
)  # fmt: skip
SOURCES = ("kinesisSourceConfiguration", "mskSourceConfiguration")


def create(context: Context) -> str:
    """Create the delivery stream and encrypt it."""
    inputs = context.inputs
    tags = [{"Key": key, "Value": value} for key, value in context.tags.items()]
    context.id = context.call(
        "CreateDeliveryStream",
        DeliveryStreamName=inputs["name"],
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration=destination(inputs[S3]),
        **({"Tags": tags} if tags else {}),
    )["DeliveryStreamARN"]
    if encryption(inputs) is not None:
        encrypt(context)
    return context.id


def encryption(inputs: Properties) -> dict[str, Any] | None:
    """Return the encryption of the records; None if it is not enabled."""
    given = inputs.get("serverSideEncryption") or {}
    if not given.get("enabled"):
        return None
    key = {"KeyARN": given["keyArn"]} if given.get("keyArn") else {}
    return {"KeyType": given.get("keyType") or OWNED, **key}


def encrypt(context: Context) -> None:
    """Start the encryption, change its key, or stop it."""
    name, wanted = context.get("name"), encryption(context.inputs)
    if wanted is None:
        context.call("StopDeliveryStreamEncryption", DeliveryStreamName=name)
    else:
        context.call(
            "StartDeliveryStreamEncryption",
            DeliveryStreamName=name,
            DeliveryStreamEncryptionConfigurationInput=wanted,
        )


def described(context: Context) -> dict[str, Any]:
    """Return the delivery stream as AWS describes it."""
    name = context.id.rpartition("/")[2]
    found = context.call("DescribeDeliveryStream", DeliveryStreamName=name)
    return found["DeliveryStreamDescription"]


def read(context: Context) -> Properties:
    """Return the delivery stream under the names of the SDK."""
    found = described(context)
    [target] = found["Destinations"]
    sse = found.get("DeliveryStreamEncryptionConfiguration") or {}
    enabled = sse.get("Status") == "ENABLED"
    return {
        "arn": found["DeliveryStreamARN"],
        "name": found["DeliveryStreamName"],
        "destination": "extended_s3",
        "destinationId": target["DestinationId"],
        "versionId": found["VersionId"],
        S3: described_block(target["ExtendedS3DestinationDescription"]),
        "serverSideEncryption": {
            "enabled": enabled,
            "keyType": sse["KeyType"] if enabled else OWNED,
            "keyArn": sse.get("KeyARN") if enabled else None,
        },
    }


def update(context: Context) -> None:
    """Change the destination and the encryption."""
    if "serverSideEncryption" in context.changed:
        encrypt(context)
    if S3 in context.changed:
        found = described(context)
        [target] = found["Destinations"]
        context.call(
            "UpdateDestination",
            DeliveryStreamName=found["DeliveryStreamName"],
            CurrentDeliveryStreamVersionId=found["VersionId"],
            DestinationId=target["DestinationId"],
            ExtendedS3DestinationUpdate=destination(context.inputs[S3]),
        )


def delete(context: Context) -> None:
    """Delete the delivery stream with the records that wait."""
    name = context.id.rpartition("/")[2]
    context.call("DeleteDeliveryStream", DeliveryStreamName=name)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Firehose's constraints across inputs."""
    sse = inputs.get("serverSideEncryption") or {}
    if sse.get("keyType") == CUSTOMER and "keyArn" not in sse:
        yield CheckFailure("serverSideEncryption.keyArn", f"is required with {CUSTOMER}: set it")
    if sse.get("keyArn") and sse.get("keyType") in (None, OWNED):
        text = f"has no effect: set keyType to {CUSTOMER}"
        yield CheckFailure("serverSideEncryption.keyArn", text)
    if inputs.get("destination") == "extended_s3" and S3 not in inputs:
        yield CheckFailure(S3, "is required with the destination extended_s3: set it")


def check_local(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield the prefixes and processors that the local cloud does not implement."""
    s3 = inputs.get(S3) or {}
    for key, errors in (("prefix", False), ("errorOutputPrefix", True)):
        if isinstance(s3.get(key), str):
            try:
                prefixes.check(s3[key], errors=errors)
            except prefixes.PrefixError as error:
                yield CheckFailure(f"{S3}.{key}", f"cannot be evaluated: {error}")
    processors = (s3.get("processingConfiguration") or {}).get("processors") or ()
    for index, one in enumerate(processors):
        path = f"{S3}.processingConfiguration.processors[{index}]"
        if (kind := one.get("type")) not in SERVED_PROCESSORS:
            served = ", ".join(sorted(SERVED_PROCESSORS))
            yield CheckFailure(f"{path}.type", f"{kind} is not available locally: use {served}")
        for number, given in enumerate(one.get("parameters") or ()):
            name = given.get("parameterName")
            if kind in SERVED_PROCESSORS and name not in SERVED_PARAMETERS[kind]:
                text = f"{name} of {kind} is not available locally: remove it"
                yield CheckFailure(f"{path}.parameters[{number}].parameterName", text)


ROWS = (
    Row(
        type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        service="firehose",
        served_in_one_region=True,
        inputs={
            **each(REPLACE, "arn destinationId region versionId"),
            **each(UPDATE, "tags"),
            "name": Input(
                REPLACE, limit=Limit(min_length=1, max_length=64, pattern=r"[a-zA-Z0-9_.-]+")
            ),
            "destination": Input(
                REPLACE, limit=Limit(one_of=DESTINATIONS), supported_values=("extended_s3",)
            ),
            **{key: Input(UPDATE, supported=False) for key in OTHERS},
            **{key: Input(REPLACE, supported=False) for key in SOURCES},
            "serverSideEncryption": Input(
                UPDATE, reset={"enabled": False, "keyType": OWNED, "keyArn": None}
            ),
            "serverSideEncryption.enabled": Input(UPDATE, default=False),
            "serverSideEncryption.keyType": Input(
                UPDATE, default=OWNED, limit=Limit(one_of=(OWNED, CUSTOMER))
            ),
            "serverSideEncryption.keyArn": Input(UPDATE),
            S3: Input(UPDATE),
            **{f"{S3}.{key}": Input(UPDATE) for key in PLAIN},
            f"{S3}.bufferingInterval": Input(UPDATE, default=300, limit=Limit(0, 900)),
            f"{S3}.bufferingSize": Input(UPDATE, default=5, limit=Limit(1, 128)),
            f"{S3}.compressionFormat": Input(
                UPDATE, default="UNCOMPRESSED", supported_values=("GZIP", "UNCOMPRESSED")
            ),
            f"{S3}.customTimeZone": Input(UPDATE, default="UTC", supported_values=("UTC",)),
            f"{S3}.s3BackupMode": Input(UPDATE, default="Disabled", supported_values=("Disabled",)),
            f"{S3}.s3BackupConfiguration": Input(UPDATE, supported=False),
            f"{S3}.dataFormatConversionConfiguration": Input(UPDATE, supported=False),
            f"{S3}.dynamicPartitioningConfiguration": Input(UPDATE, supported=False),
        },
        name=Naming(max_length=64),
        create=create,
        from_id=lambda id_: {"name": id_.rpartition("/")[2]},
        read=read,
        update=update,
        delete=delete,
        tags=Tagging(
            tag="TagDeliveryStream",
            untag="UntagDeliveryStream",
            read="ListTagsForDeliveryStream",
            keys={"DeliveryStreamName": "name"},
        ),
        recomputed="versionId",
        check=check,
        check_local=check_local,
    ),
)
