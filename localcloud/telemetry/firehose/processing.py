"""Processors: what becomes of records between the buffer and the object."""

from __future__ import annotations

import base64
import gzip
import json
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from localcloud.telemetry.firehose.streams import DeliveryStream, Processor

    Invoke = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
    """Invokes a function by its ARN with an event; returns its answer."""

PROCESSING_FAILED, DECOMPRESSION_FAILED = "processing-failed", "decompression-failed"
"""Types in the prefix of objects with failed records."""
LARGEST = 64 * 1024 * 1024
"""Bytes that one record may decompress to."""
_GZIP = b"\x1f\x8b"


@dataclass
class Processed:
    """Records for the object, and those that failed."""

    records: list[bytes]
    failed: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """By the type in the error prefix."""

    def fail(self, processor: str, record: bytes, message: str) -> None:
        """Add a record that *processor* could not process."""
        kind = DECOMPRESSION_FAILED if processor == "Decompression" else PROCESSING_FAILED
        self.failed.setdefault(kind, []).append(_failure(record, processor, message))


class _RecordError(Exception):
    """Raised for a record that a processor cannot process."""


async def process(stream: DeliveryStream, records: Iterable[bytes], invoke: Invoke) -> Processed:
    """Return *records* after the processors of *stream*, in order."""
    given = list(records)
    processed, origins = Processed(given), given  # what fails is delivered as it was put
    for processor in stream.processors:
        if processor.type == "Lambda":
            await _by_function(stream, processor, processed, invoke)
            origins = processed.records
            continue
        step = _STEPS[processor.type]
        kept: list[tuple[bytes, bytes]] = []
        for origin, record in zip(origins, processed.records, strict=True):
            try:
                kept += [(origin, one) for one in step(record, processor)]
            except _RecordError as error:
                processed.fail(processor.type, origin, str(error))
        origins, processed.records = [one[0] for one in kept], [one[1] for one in kept]
    return processed


def _decompress(record: bytes, _: Processor) -> Sequence[bytes]:
    if not record.startswith(_GZIP):
        raise _RecordError("the record is not compressed with GZIP")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(record, LARGEST)
    except zlib.error as error:
        raise _RecordError(str(error)) from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise _RecordError("the record is incomplete, or too large")
    return [found]


def _log_messages(record: bytes, processor: Processor) -> Sequence[bytes]:
    """Return the messages of a record of CloudWatch Logs; none of a control message."""
    if processor.parameters.get("DataMessageExtraction", "").lower() != "true":
        return [record]
    try:
        found = json.loads(record)
        if found["messageType"] != "DATA_MESSAGE":
            return []
        return [f"{event['message']}\n".encode() for event in found["logEvents"]]
    except (ValueError, TypeError, KeyError):
        raise _RecordError("the record is not one of CloudWatch Logs") from None


def _append_delimiter(record: bytes, processor: Processor) -> Sequence[bytes]:
    delimiter = processor.parameters.get("Delimiter", "\\n").replace("\\n", "\n")
    return [record + delimiter.encode()]


async def _by_function(
    stream: DeliveryStream, processor: Processor, processed: Processed, invoke: Invoke
) -> None:
    """Pass the records to a function, which returns each as Ok, Dropped or ProcessingFailed."""
    arn = processor.parameters["LambdaArn"]
    by_id = {str(number): record for number, record in enumerate(processed.records)}
    now = int(time.time() * 1000)
    event = {
        "deliveryStreamArn": stream.arn,
        "invocationId": str(now),
        "records": [
            {
                "recordId": id_,
                "approximateArrivalTimestamp": now,
                "data": base64.b64encode(record).decode(),
            }
            for id_, record in by_id.items()
        ],
    }
    answer = await invoke(arn, event)
    returned = {one.get("recordId"): one for one in answer.get("records") or ()}
    kept: list[bytes] = []
    for id_, record in by_id.items():
        one = returned.get(id_) or {}
        if one.get("result") == "Ok":
            kept.append(base64.b64decode(one.get("data") or ""))
        elif one.get("result") != "Dropped":
            text = f"the function answered {one.get('result') or 'nothing'}"
            processed.fail("Lambda", record, text)
    processed.records = kept


def _failure(record: bytes, processor: str, message: str) -> dict[str, Any]:
    return {
        "attemptsMade": 1,
        "arrivalTimestamp": int(time.time() * 1000),
        "errorCode": f"{processor}.Failed",
        "errorMessage": message,
        "rawData": base64.b64encode(record).decode(),
    }


def packed(body: bytes, *, compressed: bool) -> bytes:
    """Return the object's content."""
    return gzip.compress(body, mtime=0) if compressed else body


_STEPS: dict[str, Callable[[bytes, Processor], Sequence[bytes]]] = {
    "Decompression": _decompress,
    "CloudWatchLogProcessing": _log_messages,
    "AppendDelimiterToRecord": _append_delimiter,
}
