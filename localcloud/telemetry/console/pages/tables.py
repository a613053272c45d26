"""`/tables` and `/streams`: some items of each table, and the last records of each stream."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console.data import ConsoleError
from localcloud.telemetry.console.masking import masked, masked_text
from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data

ITEMS = 25
RECORDS = 25
MAX_SHARDS = 8
MAX_NAMES = 1000


async def load_tables(sources: Sources, request: Request) -> Data:
    """Return the names of the tables."""
    del request
    return {"tables": await _names(sources, "dynamodb", "ListTables", "TableNames")}


async def load_table(sources: Sources, request: Request) -> Data:
    """Return a table's keys and its first items."""
    name = request.path["name"]
    try:
        found = await sources.aws("dynamodb", "DescribeTable", TableName=name)
        scanned = await sources.aws("dynamodb", "Scan", TableName=name, Limit=ITEMS)
    except ClientError as error:
        raise ConsoleError(404, f"There is no table {name}.", "See /tables.") from error
    table = found["Table"]
    return {
        "name": name,
        "status": table.get("TableStatus"),
        "items": table.get("ItemCount"),
        "keys": [one["AttributeName"] for one in table["KeySchema"]],
        "indexes": [one["IndexName"] for one in table.get("GlobalSecondaryIndexes") or ()],
        "limit": ITEMS,
        "more": "LastEvaluatedKey" in scanned,
        "rows": [masked(_plain(one)) for one in scanned.get("Items") or ()],
    }


async def load_streams(sources: Sources, request: Request) -> Data:
    """Return the names of the streams."""
    del request
    return {"streams": await _names(sources, "kinesis", "ListStreams", "StreamNames")}


async def load_stream(sources: Sources, request: Request) -> Data:
    """Return a stream's shards, and the first records that each has kept."""
    name = request.path["name"]
    try:
        found = await sources.aws("kinesis", "DescribeStreamSummary", StreamName=name)
        listed = await sources.aws("kinesis", "ListShards", StreamName=name)
    except ClientError as error:
        raise ConsoleError(404, f"There is no stream {name}.", "See /streams.") from error
    shards = listed.get("Shards") or []
    summary = found["StreamDescriptionSummary"]
    return {
        "name": name,
        "status": summary.get("StreamStatus"),
        "retention_hours": summary.get("RetentionPeriodHours"),
        "shard_count": len(shards),
        "limit": RECORDS,
        "shards": [
            {"id": one["ShardId"], "records": await _records(sources, name, one["ShardId"])}
            for one in shards[:MAX_SHARDS]
        ],
    }


async def _records(sources: Sources, stream: str, shard: str) -> list[dict[str, Any]]:
    iterator = await sources.aws(
        "kinesis",
        "GetShardIterator",
        StreamName=stream,
        ShardId=shard,
        ShardIteratorType="TRIM_HORIZON",
    )
    answer = await sources.aws(
        "kinesis", "GetRecords", ShardIterator=iterator["ShardIterator"], Limit=RECORDS
    )
    return [
        {
            "sequence": one["SequenceNumber"],
            "key": masked_text(one["PartitionKey"]),
            "time": _seconds(one.get("ApproximateArrivalTimestamp")),
            "data": masked_text(one["Data"].decode(errors="replace")),
        }
        for one in answer.get("Records") or ()
    ]


async def _names(sources: Sources, service: str, operation: str, key: str) -> list[str]:
    found: list[str] = []
    more: dict[str, Any] = {}
    while len(found) < MAX_NAMES:
        answer = await sources.aws(service, operation, **more)
        names = answer.get(key) or []
        found += names
        if answer.get("LastEvaluatedTableName"):
            more = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}
        elif answer.get("HasMoreStreams") and names:
            more = {"ExclusiveStartStreamName": names[-1]}
        else:
            break
    return sorted(found)


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as JSON data: numbers as text, bytes in Base64, sets as lists."""
    return {name: _json(value) for name, value in item.items()}


def _json(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    return DECODERS.get(kind, lambda content: content)(content)


DECODERS: dict[str, Callable[[Any], Any]] = {
    "M": _plain,
    "L": lambda content: [_json(one) for one in content],
    "B": lambda content: base64.b64encode(content).decode(),
    "BS": lambda content: sorted(base64.b64encode(one).decode() for one in content),
    "SS": sorted,
    "NS": sorted,
    "NULL": lambda _: None,
}
"""By DynamoDB's type, where the value is not its content."""


def _seconds(moment: Any) -> float | None:
    return moment.timestamp() if hasattr(moment, "timestamp") else moment


LIST = Page("tables", "/tables", "Tables", load_tables)
ONE = Page("table", "/tables/{name}", "Table", load_table, in_menu=False)
STREAMS = Page("streams", "/streams", "Streams", load_streams)
STREAM = Page("stream", "/streams/{name}", "Stream", load_stream, in_menu=False)
