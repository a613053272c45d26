"""Records of failed batches, sent to the on-failure destination of a mapping."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.runtime.functions.destinations import Delivery, send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.streams.reader import Record

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


@dataclass(frozen=True)
class Failure:
    """A batch that the function could not process."""

    mapping: EventSourceMapping
    shard_id: str
    batch_info: str
    records: Sequence[Record]
    condition: str
    invocations: int
    """How often the function was invoked with it."""

    def record(self, now: datetime) -> dict[str, Any]:
        """Return the record as Lambda writes it."""
        first, last = self.records[0], self.records[-1]
        invoked = {
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            }
        }
        return {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": self.mapping.function_arn,
                "condition": self.condition,
                "approximateInvokeCount": self.invocations,
            },
            **(invoked if self.invocations else {}),
            "version": "1.0",
            "timestamp": _time(now),
            self.batch_info: {
                "shardId": self.shard_id,
                "startSequenceNumber": first.sequence,
                "endSequenceNumber": last.sequence,
                "approximateArrivalOfFirstRecord": _time(_arrival(first)),
                "approximateArrivalOfLastRecord": _time(_arrival(last)),
                "batchSize": len(self.records),
                "streamArn": self.mapping.source_arn,
            },
        }

    def key(self, now: datetime) -> str:
        """Return the key of the object in a bucket."""
        return (
            f"aws/lambda/{self.mapping.uuid}/{self.shard_id}/{now:%Y/%m/%d}"
            f"/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
        )


async def deliver(aws: AwsApi, failure: Failure) -> None:
    """Send *failure* to its destination: to a bucket with the whole event as `payload`."""
    now = datetime.now(UTC)
    destination = failure.mapping.on_failure
    if destination.split(":")[2] != "s3":
        await send(aws, Delivery(destination, json.dumps(failure.record(now))))
        return
    event = json.dumps({"Records": [record.event for record in failure.records]})
    await aws(
        "s3",
        "PutObject",
        Bucket=destination.rpartition(":")[2],
        Key=failure.key(now),
        Body=json.dumps({**failure.record(now), "payload": event}).encode(),
        ContentType="application/json",
    )


def _arrival(record: Record) -> datetime:
    return datetime.fromtimestamp(record.arrived_at, UTC)


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
