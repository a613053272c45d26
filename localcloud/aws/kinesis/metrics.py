"""`AWS/Kinesis`: records put into streams, and how late they are read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = "AWS/Kinesis"
ITERATOR_AGE = "GetRecords.IteratorAgeMilliseconds"


def put(stream_name: str, data: str) -> None:
    """Count a record, whose *data* are Base64."""
    dimensions = {"StreamName": stream_name}
    MEASUREMENTS.add(NAMESPACE, "IncomingRecords", dimensions=dimensions)
    size = float(len(data) * 3 // 4)
    MEASUREMENTS.add(NAMESPACE, "IncomingBytes", size, unit="Bytes", dimensions=dimensions)


def read(stream_name: str, records: Sequence[Any]) -> None:
    """Count a call that read *records*, and the age of the last one."""
    dimensions = {"StreamName": stream_name}
    number, age = float(len(records)), 0.0
    if records:
        age = round(max(0.0, time.time() - records[-1].created_at) * 1000)
    MEASUREMENTS.add(NAMESPACE, "GetRecords.Records", number, dimensions=dimensions)
    MEASUREMENTS.add(NAMESPACE, ITERATOR_AGE, age, unit="Milliseconds", dimensions=dimensions)
