"""`AWS/Firehose`: what delivery streams take and deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS
from localcloud.telemetry.firehose.processing import DECOMPRESSION_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = "AWS/Firehose"


def taken(stream: str, records: Sequence[bytes]) -> None:
    """Count *records* that a producer put."""
    _add(stream, "IncomingRecords", len(records), "Count")
    _add(stream, "IncomingBytes", sum(map(len, records)), "Bytes")


def freshness(stream: str, seconds: float) -> None:
    """Count the age of the oldest record that waits."""
    _add(stream, "DeliveryToS3.DataFreshness", max(0.0, seconds), "Seconds")


def put(stream: str, *, succeeded: bool) -> None:
    """Count one request to S3; the average is the share of those that succeeded."""
    _add(stream, "DeliveryToS3.Success", float(succeeded), "Count")


def delivered(stream: str, records: int, size: int) -> None:
    """Count what one object holds."""
    _add(stream, "DeliveryToS3.Records", records, "Count")
    _add(stream, "DeliveryToS3.Bytes", size, "Bytes")


def failed(stream: str, kind: str, number: int) -> None:
    """Count records that failed, if they could not be decompressed; AWS counts no others."""
    if kind == DECOMPRESSION_FAILED:
        _add(stream, "OutputDecompressedRecords.Failed", number, "Count")


def _add(stream: str, name: str, value: float, unit: str) -> None:
    dimensions = {"DeliveryStreamName": stream}
    MEASUREMENTS.add(NAMESPACE, name, float(value), unit=unit, dimensions=dimensions)
