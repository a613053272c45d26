"""Reads the stream of a DynamoDB table."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.runtime.event_sources.streams.reader import Page, Record, Shard

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.streams.reader import Position

MAX_RECORDS = 1_000  # of a call


@dataclass(frozen=True)
class DynamoDbReader:
    """The stream of the table of one mapping."""

    aws: AwsApi
    mapping: EventSourceMapping

    batch_info = "DDBStreamBatchInfo"
    changes = "dynamodb-stream"

    async def shards(self) -> list[Shard]:
        """List the shards."""
        found: list[Shard] = []
        start: dict[str, str] = {}
        while True:
            answer = await self._call("DescribeStream", StreamArn=self.mapping.source_arn, **start)
            described = answer["StreamDescription"]
            for one in described["Shards"]:
                parent = one.get("ParentShardId")
                found.append(Shard(one["ShardId"], (parent,) if parent else ()))
            last = described.get("LastEvaluatedShardId")
            if not last:
                return found
            start = {"ExclusiveStartShardId": last}

    async def iterator(self, shard_id: str, position: Position) -> str:
        """Return an iterator after a sequence number, or at the oldest record.

        Streams have no iterator at a time: the oldest record is earlier.
        """
        where: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if position.after is not None:
            where = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": position.after,
            }
        answer = await self._call(
            "GetShardIterator", StreamArn=self.mapping.source_arn, ShardId=shard_id, **where
        )
        return answer["ShardIterator"]

    async def records(self, shard_id: str, iterator: str) -> Page:
        """Return the next records of the shard."""
        del shard_id
        answer = await self._call("GetRecords", ShardIterator=iterator, Limit=MAX_RECORDS)
        records = [self._record(one) for one in answer["Records"]]
        return Page(records, answer.get("NextShardIterator"))

    def _record(self, raw: dict[str, Any]) -> Record:
        about = raw["dynamodb"]
        arrived = about["ApproximateCreationDateTime"].timestamp()
        by = raw.get("userIdentity")
        identity = {"type": by["Type"], "principalId": by["PrincipalId"]} if by else None
        event = {
            "eventID": raw["eventID"],
            "eventName": raw["eventName"],
            "eventVersion": raw["eventVersion"],
            "eventSource": raw["eventSource"],
            "awsRegion": raw["awsRegion"],
            "dynamodb": {**_plain(about), "ApproximateCreationDateTime": arrived},
            **({"userIdentity": identity} if identity else {}),
            "eventSourceARN": self.mapping.source_arn,
        }
        return Record(
            sequence=about["SequenceNumber"],
            key=json.dumps(event["dynamodb"]["Keys"], sort_keys=True),
            arrived_at=arrived,
            size=about["SizeBytes"] + 500,
            event=event,
            for_patterns=event,
        )

    async def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return await self.aws(
            "dynamodbstreams", operation, region=self.mapping.region, **parameters
        )


def _plain(value: Any) -> Any:
    """Return *value* as JSON has it: bytes in base64."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value
