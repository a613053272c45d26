"""Reads a Kinesis data stream."""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.runtime.event_sources.streams.reader import Page, Record, Shard

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.streams.reader import Position

MAX_RECORDS = 1_000
"""Records of a call, fewer than Kinesis's maximum so that one call does not hold the others up."""


@dataclass(frozen=True)
class KinesisReader:
    """The stream of one mapping."""

    aws: AwsApi
    mapping: EventSourceMapping

    batch_info = "KinesisBatchInfo"
    changes = "kinesis-records"

    async def shards(self) -> list[Shard]:
        """List the shards; a split or a merge gives shards with parents."""
        found: list[dict[str, Any]] = []
        parameters: dict[str, str] = {"StreamARN": self.stream_arn}
        while parameters:
            answer = await self._call("ListShards", **parameters)
            found += answer["Shards"]
            token = answer.get("NextToken")
            parameters = {"NextToken": token} if token else {}
        return [Shard(one["ShardId"], _parents(one)) for one in found]

    async def iterator(self, shard_id: str, position: Position) -> str:
        """Return an iterator after a sequence number, at a time, or at the oldest record."""
        if position.after is not None:
            where: dict[str, Any] = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "StartingSequenceNumber": position.after,
            }
        elif position.not_before is not None:
            at = datetime.fromtimestamp(position.not_before, UTC)
            where = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": at}
        else:
            where = {"ShardIteratorType": "TRIM_HORIZON"}
        answer = await self._call(
            "GetShardIterator", StreamARN=self.stream_arn, ShardId=shard_id, **where
        )
        return answer["ShardIterator"]

    async def records(self, shard_id: str, iterator: str) -> Page:
        """Return the next records of the shard."""
        answer = await self._call(
            "GetRecords", StreamARN=self.stream_arn, ShardIterator=iterator, Limit=MAX_RECORDS
        )
        records = [self._record(shard_id, one) for one in answer["Records"]]
        return Page(records, answer.get("NextShardIterator"))

    @property
    def stream_arn(self) -> str:
        """ARN of the stream, also for a mapping of an enhanced fan-out consumer."""
        return self.mapping.source_arn.partition("/consumer/")[0]

    def _record(self, shard_id: str, raw: dict[str, Any]) -> Record:
        arrived = raw["ApproximateArrivalTimestamp"].timestamp()
        kinesis = {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": raw["PartitionKey"],
            "sequenceNumber": raw["SequenceNumber"],
            "data": base64.b64encode(raw["Data"]).decode(),
            "approximateArrivalTimestamp": arrived,
        }
        return Record(
            sequence=raw["SequenceNumber"],
            key=raw["PartitionKey"],
            arrived_at=arrived,
            size=len(kinesis["data"]) + 700,
            event={
                "kinesis": kinesis,
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"{shard_id}:{raw['SequenceNumber']}",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": "",
                "awsRegion": self.mapping.region,
                "eventSourceARN": self.mapping.source_arn,
            },
            for_patterns={**kinesis, "data": _parsed(raw["Data"])},
        )

    async def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return await self.aws("kinesis", operation, region=self.mapping.region, **parameters)


def _parents(shard: dict[str, Any]) -> tuple[str, ...]:
    names = ("ParentShardId", "AdjacentParentShardId")
    return tuple(shard[name] for name in names if shard.get(name))


def _parsed(data: bytes) -> Any:
    """Return JSON as its value: a filter pattern of `data` compares its fields."""
    with contextlib.suppress(ValueError):
        return json.loads(data)
    return data.decode(errors="replace")
