"""Failures of a delivery stream in the log stream that its CloudWatchLoggingOptions name."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.firehose.streams import DeliveryStream

_LOG = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0
"""How often the same failure of a stream is logged while it lasts."""


class FailureLog:
    """Writes failures as log events."""

    def __init__(self, aws: Any, clock: Callable[[], float]) -> None:
        """Call AWS by *aws*, and read the time from *clock*."""
        self._aws, self._clock = aws, clock
        self._last: dict[tuple[str, str, str], float] = {}

    async def add(self, region: str, stream: DeliveryStream, code: str, message: str) -> None:
        """Log a failure of *stream*, unless the same was logged in the last minute."""
        now = self._clock()
        key = (region, stream.name, code)
        if stream.log is None or now - self._last.get(key, 0.0) < AGAIN_SECONDS:
            return
        self._last[key] = now
        group, log_stream = stream.log
        event = {
            "deliveryStreamARN": stream.arn,
            "destination": f"arn:aws:s3:::{stream.bucket}",
            "deliveryStreamVersionId": int(stream.version),
            "message": message,
            "errorCode": code,
        }
        try:
            await self._aws(
                "logs",
                "PutLogEvents",
                region=region,
                logGroupName=group,
                logStreamName=log_stream,
                logEvents=[{"timestamp": int(now * 1000), "message": json.dumps(event)}],
            )
        except (ClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            _LOG.warning("the failure of %s is not in %s: %s", stream.name, group, error)
