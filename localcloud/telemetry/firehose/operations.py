"""PutRecord and PutRecordBatch."""

from __future__ import annotations

import base64
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.firehose import counting
from localcloud.telemetry.firehose.streams import StreamError
from localcloud.telemetry.operations import OperationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.telemetry.firehose.buffer import Buffer
    from localcloud.telemetry.firehose.delivery import Delivery
    from localcloud.telemetry.firehose.streams import DeliveryStream
    from localcloud.telemetry.operations import Call, Handler

LARGEST_RECORD = 1_024_000
MOST_RECORDS = 500
LARGEST_BATCH = 4 * 1024 * 1024
MOST_WAITING = 128 * 1024 * 1024
"""Bytes that may wait for delivery; beyond, records are refused for now."""


class FirehoseOperations:
    """Handlers of the operations."""

    def __init__(self, buffer: Buffer, delivery: Delivery) -> None:
        """Keep records in *buffer* until *delivery* takes them."""
        self._buffer, self._delivery = buffer, delivery

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by operation."""
        return {"PutRecord": self.put, "PutRecordBatch": self.put_batch}

    async def put(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """PutRecord."""
        await self._add(parameters["DeliveryStreamName"], [parameters["Record"]], call)
        return {"RecordId": str(uuid.uuid4()), "Encrypted": False}

    async def put_batch(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """PutRecordBatch."""
        records = parameters["Records"]
        if not 1 <= len(records) <= MOST_RECORDS:
            raise _invalid(f"a batch has between 1 and {MOST_RECORDS} records, not {len(records)}")
        await self._add(parameters["DeliveryStreamName"], records, call)
        return {
            "FailedPutCount": 0,
            "Encrypted": False,
            "RequestResponses": [{"RecordId": str(uuid.uuid4())} for _ in records],
        }

    async def put_log_record(self, region: str, name: str, data: bytes) -> None:
        """Take a record of CloudWatch Logs."""
        await self._buffered(region, name, [data])

    async def _add(self, name: str, records: Sequence[dict[str, Any]], call: Call) -> None:
        data = [base64.b64decode(record["Data"]) for record in records]
        if any(len(one) > LARGEST_RECORD for one in data):
            raise _invalid(f"a record has at most {LARGEST_RECORD} bytes")
        if sum(map(len, data)) > LARGEST_BATCH:
            raise _invalid(f"a batch has at most {LARGEST_BATCH} bytes")
        stream = await self._stream(call.region, name)
        if stream.decompresses:
            text = "only records of CloudWatch Logs are taken: the processor Decompression is on"
            raise OperationError("InvalidSourceException", text)
        await self._buffered(call.region, name, data)

    async def _stream(self, region: str, name: str) -> DeliveryStream:
        try:
            stream = await self._delivery.stream(region, name)
        except StreamError as error:
            raise _invalid(str(error)) from None
        if stream is None:
            raise OperationError("ResourceNotFoundException", f"there is no delivery stream {name}")
        return stream

    async def _buffered(self, region: str, name: str, data: Sequence[bytes]) -> None:
        await self._stream(region, name)
        if self._buffer.size > MOST_WAITING:
            raise OperationError(
                "ServiceUnavailableException",
                "too many records wait for delivery: try again",
                HTTPStatus.SERVICE_UNAVAILABLE,
            )
        self._buffer.add(region, name, data, time.time())
        counting.taken(name, data)


def _invalid(message: str) -> OperationError:
    return OperationError("InvalidArgumentException", message)
