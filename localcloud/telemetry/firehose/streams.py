"""What a delivery stream does with its records, read from DescribeDeliveryStream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVED_PARAMETERS: Mapping[str, frozenset[str]] = {
    "AppendDelimiterToRecord": frozenset({"Delimiter"}),
    "CloudWatchLogProcessing": frozenset({"DataMessageExtraction"}),
    "Decompression": frozenset({"CompressionFormat"}),
    "Lambda": frozenset({"LambdaArn", "RoleArn"}),  # roles are not enforced locally
}
"""The parameters of each processor."""
SERVED_PROCESSORS = frozenset(SERVED_PARAMETERS)
MEBIBYTE = 1024 * 1024
DEFAULT_MEBIBYTES, DEFAULT_SECONDS = 5, 300


class StreamError(ValueError):
    """Raised for a delivery stream that is not served here."""


@dataclass(frozen=True)
class Processor:
    """A step between a record and the object."""

    type: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class DeliveryStream:
    """Buffering, processing and destination of a delivery stream."""

    name: str
    arn: str
    version: str
    bucket: str
    prefix: str
    error_prefix: str
    buffer_bytes: int
    buffer_seconds: int
    gzip: bool
    extension: str
    """Of the objects' keys: `.gz`."""
    key_arn: str | None
    """KMS key of the objects; None for the bucket's default."""
    log: tuple[str, str] | None
    """Log group and stream of failures; None if they are not logged."""
    processors: tuple[Processor, ...]

    @property
    def decompresses(self) -> bool:
        """Whether it takes records of CloudWatch Logs only."""
        return any(one.type == "Decompression" for one in self.processors)


def described(description: Mapping[str, Any]) -> DeliveryStream:
    """Return the delivery stream of a *description*; raises StreamError."""
    name = description["DeliveryStreamName"]
    [destination] = description["Destinations"]
    s3 = destination.get("ExtendedS3DestinationDescription")
    if s3 is None:
        raise StreamError(f"the delivery stream {name} has no S3 destination: only S3 is served")
    hints = s3.get("BufferingHints") or {}
    compression = s3.get("CompressionFormat") or "UNCOMPRESSED"
    if compression not in {"GZIP", "UNCOMPRESSED"}:
        raise StreamError(f"CompressionFormat {compression} is not served: use GZIP")
    processing = s3.get("ProcessingConfiguration") or {}
    key = (s3.get("EncryptionConfiguration") or {}).get("KMSEncryptionConfig") or {}
    logging = s3.get("CloudWatchLoggingOptions") or {}
    processors = tuple(
        Processor(
            one["Type"],
            {each["ParameterName"]: each["ParameterValue"] for each in one.get("Parameters") or ()},
        )
        for one in (processing.get("Processors") or () if processing.get("Enabled") else ())
    )
    for processor in processors:
        if processor.type not in SERVED_PROCESSORS:
            served = ", ".join(sorted(SERVED_PROCESSORS))
            raise StreamError(f"the processor {processor.type} is not served: there are {served}")
    return DeliveryStream(
        name=name,
        arn=str(description.get("DeliveryStreamARN") or name),
        version=str(description.get("VersionId") or "1"),
        bucket=s3["BucketARN"].rpartition(":")[2],
        prefix=s3.get("Prefix") or "",
        error_prefix=s3.get("ErrorOutputPrefix") or "",
        buffer_bytes=(hints.get("SizeInMBs") or DEFAULT_MEBIBYTES) * MEBIBYTE,
        buffer_seconds=hints.get("IntervalInSeconds", DEFAULT_SECONDS),  # 0 does not buffer
        gzip=compression == "GZIP",
        extension=s3.get("FileExtension") or (".gz" if compression == "GZIP" else ""),
        key_arn=key.get("AWSKMSKeyARN"),
        log=(logging["LogGroupName"], logging["LogStreamName"])
        if logging.get("Enabled") and logging.get("LogGroupName") and logging.get("LogStreamName")
        else None,
        processors=processors,
    )
