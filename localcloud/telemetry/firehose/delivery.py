"""Deliver what is buffered, when it is large or old enough."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.telemetry.firehose import counting, prefixes
from localcloud.telemetry.firehose.failures import FailureLog
from localcloud.telemetry.firehose.processing import packed, process
from localcloud.telemetry.firehose.streams import DeliveryStream, StreamError, described

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.firehose.buffer import Buffer, Waiting

_LOG = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0
PACKED_BYTES = 1024 * 1024
"""Compressed bytes that are unpacked at once: this process stays small; the sizes are hints."""
MISSING = "ResourceNotFoundException"
FAILURES = (
    StreamError, ClientError, aiohttp.ClientError, OSError, TimeoutError, prefixes.PrefixError,
)  # fmt: skip


class Delivery:
    """Writes the records of delivery streams to their buckets.

    Records are removed after their object was written: a kill in between repeats them, as the
    service does.
    """

    def __init__(self, aws: Any, buffer: Buffer, clock: Callable[[], float] = time.time) -> None:
        """Call AWS by *aws*, and read the time from *clock*."""
        self._aws, self._buffer, self._clock = aws, buffer, clock
        self._failures = FailureLog(aws, clock)
        self._known: dict[tuple[str, str], DeliveryStream] = {}
        self._changes = 0

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
            except FAILURES as error:
                _LOG.warning("%s is not delivered now: %s", waiting.stream, error)

    def streams_changed(self) -> None:
        """Describe every delivery stream again before its next use."""
        self._known.clear()
        self._changes += 1

    async def stream(self, region: str, name: str) -> DeliveryStream | None:
        """Return a delivery stream; None if there is none."""
        if (region, name) in self._known:
            return self._known[region, name]
        changes = self._changes
        try:
            answer = await self._aws(
                "firehose", "DescribeDeliveryStream", region=region, DeliveryStreamName=name
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == MISSING:
                return None
            raise
        found = described(answer["DeliveryStreamDescription"])
        if changes == self._changes:  # otherwise it may be older than the change
            self._known[region, name] = found
        return found

    async def _deliver(self, waiting: Waiting) -> None:
        stream = await self.stream(waiting.region, waiting.stream)
        if stream is None:
            self._buffer.forget(waiting.region, waiting.stream)
            return
        size = waiting.size
        age = self._clock() - waiting.oldest
        counting.freshness(stream.name, age)
        due = age >= stream.buffer_seconds
        while size and (due or size >= stream.buffer_bytes):
            size -= await self._one_object(waiting.region, stream)

    async def _one_object(self, region: str, stream: DeliveryStream) -> int:
        most = stream.buffer_bytes
        if stream.decompresses:
            most = min(most, PACKED_BYTES)
        rows = self._buffer.first(region, stream.name, most)
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
            body = b"".join(made.records)
            await self._put(region, stream, prefix, moment, body)
            counting.delivered(stream.name, len(rows), len(body))
        for kind, failed in made.failed.items():
            prefix = prefixes.evaluate(stream.error_prefix, moment, kind)
            lines = "".join(f"{json.dumps(one)}\n" for one in failed).encode()
            await self._put(region, stream, prefix, moment, lines)
            counting.failed(stream.name, kind, len(failed))
            first = failed[0]
            await self._failures.add(region, stream, first["errorCode"], first["errorMessage"])
        self._buffer.remove([number for number, _, _ in rows])
        return sum(len(data) for _, data, _ in rows)

    async def _put(
        self, region: str, stream: DeliveryStream, prefix: str, moment: datetime, body: bytes
    ) -> None:
        name = f"{stream.name}-{stream.version}-{moment:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
        key = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": stream.key_arn}
            if stream.key_arn
            else {}
        )
        content = packed(body, compressed=stream.gzip)
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        try:
            await self._aws(
                "s3",
                "PutObject",
                region=region,
                Bucket=stream.bucket,
                Key=f"{prefix}{name}{stream.extension}",
                Body=content,
                ContentMD5=base64.b64encode(digest).decode(),  # a locked bucket asks for it
                **key,
            )
        except FAILURES as error:
            counting.put(stream.name, succeeded=False)
            await self._failures.add(region, stream, f"S3.{_code(error)}", str(error))
            raise
        counting.put(stream.name, succeeded=True)


def _code(error: Exception) -> str:
    found = error.response.get("Error", {}) if isinstance(error, ClientError) else {}
    return found.get("Code") or "Failed"


async def _read(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else payload.read()
