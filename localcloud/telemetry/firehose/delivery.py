"""Deliver what is buffered, when it is large or old enough."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.firehose import prefixes
from localcloud.telemetry.firehose.processing import FAILED, packed, process
from localcloud.telemetry.firehose.streams import DeliveryStream, StreamError, described

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.firehose.buffer import Buffer, Waiting

_LOG = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0
MISSING = "ResourceNotFoundException"


class Delivery:
    """Writes the records of delivery streams to their buckets.

    Records are removed after their object was written: a kill in between repeats them, as the
    service does.
    """

    def __init__(self, aws: Any, buffer: Buffer, clock: Callable[[], float] = time.time) -> None:
        """Call AWS by *aws*, and read the time from *clock*."""
        self._aws, self._buffer, self._clock = aws, buffer, clock

    async def run(self) -> None:
        """Deliver what is due, until cancelled."""
        while True:
            await self.deliver()
            await asyncio.sleep(INTERVAL_SECONDS)

    async def deliver(self) -> None:
        """Deliver what is due; what fails stays, and is tried again."""
        for waiting in self._buffer.waiting():
            try:
                await self._deliver(waiting)
            except (StreamError, ClientError, OSError, TimeoutError, prefixes.PrefixError) as error:
                _LOG.warning("%s is not delivered now: %s", waiting.stream, error)

    async def stream(self, region: str, name: str) -> DeliveryStream | None:
        """Return a delivery stream; None if there is none."""
        try:
            answer = await self._aws(
                "firehose", "DescribeDeliveryStream", region=region, DeliveryStreamName=name
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == MISSING:
                return None
            raise
        return described(answer["DeliveryStreamDescription"])

    async def _deliver(self, waiting: Waiting) -> None:
        stream = await self.stream(waiting.region, waiting.stream)
        if stream is None:
            self._buffer.forget(waiting.region, waiting.stream)
            return
        size = waiting.size
        due = self._clock() - waiting.oldest >= stream.buffer_seconds
        while size and (due or size >= stream.buffer_bytes):
            size -= await self._one_object(waiting.region, stream)

    async def _one_object(self, region: str, stream: DeliveryStream) -> int:
        rows = self._buffer.first(region, stream.name, stream.buffer_bytes)
        moment = datetime.fromtimestamp(rows[0][2], UTC)

        async def invoke(arn: str, event: dict[str, Any]) -> dict[str, Any]:
            payload = json.dumps(event).encode()
            answer = await self._aws(
                "lambda", "Invoke", region=region, FunctionName=arn, Payload=payload
            )
            found: Any = json.loads(await _read(answer["Payload"]))
            return found if isinstance(found, dict) else {}

        made = await process(stream, [data for _, data, _ in rows], invoke)
        if made.records:
            prefix = prefixes.evaluate(stream.prefix, moment)
            await self._put(region, stream, prefix, moment, b"".join(made.records))
        if made.failed:
            prefix = prefixes.evaluate(stream.error_prefix, moment, FAILED)
            lines = "".join(f"{json.dumps(one)}\n" for one in made.failed).encode()
            await self._put(region, stream, prefix, moment, lines)
        self._buffer.remove([number for number, _, _ in rows])
        return sum(len(data) for _, data, _ in rows)

    async def _put(
        self, region: str, stream: DeliveryStream, prefix: str, moment: datetime, body: bytes
    ) -> None:
        name = f"{stream.name}-{stream.version}-{moment:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
        await self._aws(
            "s3",
            "PutObject",
            region=region,
            Bucket=stream.bucket,
            Key=f"{prefix}{name}{'.gz' if stream.gzip else ''}",
            Body=packed(body, compressed=stream.gzip),
        )


async def _read(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else payload.read()
