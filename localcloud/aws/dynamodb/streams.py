"""Streams of tables: records journalled one by one, kept for 24 hours, and read by iterators.

An iterator contains its position, so it stays valid when this process restarts.
"""

from __future__ import annotations

import base64
import bisect
import calendar
import copy
import datetime as dt
import json
import time
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.dynamodb.exceptions import ERROR_TYPE_PREFIX, DynamodbException, MockValidationException
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamRecord, StreamShard, Table
from moto.dynamodbstreams.models import DynamoDBStreamsBackend
from moto.dynamodbstreams.responses import DynamoDBStreamsHandler

from localcloud.aws import pickling
from localcloud.aws.journal import DELETED, JOURNAL

RETENTION = dt.timedelta(hours=24)
ITERATOR_SECONDS = 900
MAX_RECORDS, MAX_BYTES = 1000, 1_000_000  # of a response of GetRecords
COLLECTION = "dynamodb-stream"
SEQUENCE_DIGITS = 40

_specify = Table.set_stream_specification


def install() -> None:
    """Replace what moto does with records, and its iterators."""
    pickling.REDUCTIONS[StreamShard] = pickling.without("items")
    Table.set_stream_specification = _specified  # type: ignore[method-assign]
    StreamShard.__deepcopy__ = _copied  # type: ignore[attr-defined]
    StreamShard.add = _add  # type: ignore[method-assign]
    backend: Any = DynamoDBStreamsBackend
    backend.describe_stream = _describe
    backend.get_shard_iterator = _iterator
    backend.get_records = _read
    handler: Any = DynamoDBStreamsHandler
    handler.get_shard_iterator = _answer_iterator
    handler.get_records = _answer_records


def put_back(collection: str, _key: str, value: bytes) -> None:
    """Restore a record; records come in the order of their sequence numbers."""
    _, account, region, name = collection.split(" ", 3)
    table: Any = dynamodb_backends[account][region].tables.get(name)
    if table is not None and table.stream_shard is not None:
        record: Any = object.__new__(StreamRecord)
        record.record = pickling.loads(value)
        table.stream_shard.__dict__.setdefault("items", []).append(record)


def after_load() -> None:
    """Add the empty list of records to streams without any."""
    for _, _, backend in dynamodb_backends.iter_backends():
        for table in backend.tables.values():  # type: ignore[attr-defined]
            if table.stream_shard is not None:
                table.stream_shard.__dict__.setdefault("items", [])


def forget(table: Table) -> None:
    """Delete the records of the table's stream."""
    JOURNAL.clear(_collection(table))


def _specified(self: Table, streams: dict[str, Any] | None) -> None:
    before = self.stream_shard
    _specify(self, streams)
    if self.stream_shard is not before:
        forget(self)  # a new stream begins without records


def _copied(self: Any, memo: dict[int, Any]) -> Any:
    """Copy a shard, as moto does for a backup, without copying its records."""
    made = memo[id(self)] = object.__new__(type(self))
    made.__dict__ |= self.__dict__ | {"items": list(self.items)}
    made.table = copy.deepcopy(self.table, memo)
    return made


def _add(self: Any, old: Any, new: Any) -> None:
    """Add a record, unless the item stays the same or the stream is disabled."""
    if not (self.table.stream_specification or {}).get("StreamEnabled"):
        return
    if old is not None and new is not None and old.to_json() == new.to_json():
        return
    _trim(self)
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    view = self.table.stream_specification["StreamViewType"]
    number = _next(self)
    record: Any = StreamRecord(self.table, view, name, old, new, number)
    record.record |= {"awsRegion": self.table.region_name, "eventVersion": "1.1"}
    if (service := JOURNAL.work.principal) is not None:
        record.record["userIdentity"] = {"Type": "Service", "PrincipalId": service}
    self.items.append(record)
    _journal(self.table, number)


def _journal(table: Any, number: int) -> None:
    backend, name = dynamodb_backends[table.account_id][table.region_name], table.name

    def now() -> Any:
        present = backend.tables.get(name)
        found = _at(present.stream_shard, number) if present and present.stream_shard else None
        return DELETED if found is None else pickling.dumps(found.record)

    JOURNAL.put(_collection(table), _key(number), now)


def _trim(shard: Any) -> None:
    oldest = utcnow() - RETENTION
    kept = 0
    for record in shard.items:
        if record.record["dynamodb"]["ApproximateCreationDateTime"] >= oldest:
            break
        JOURNAL.delete(_collection(shard.table), _key(sequence(record)))
        kept += 1
    del shard.items[:kept]


def sequence(record: Any) -> int:
    """Return the sequence number of *record*."""
    return int(record.record["dynamodb"]["SequenceNumber"])


def _at(shard: Any, number: int) -> Any:
    index = bisect.bisect_left(shard.items, number, key=sequence)
    found = shard.items[index] if index < len(shard.items) else None
    return found if found is not None and sequence(found) == number else None


def _describe(self: Any, arn: str) -> dict[str, Any]:
    table = _table(self, arn)
    shard = table.stream_shard
    enabled = (table.stream_specification or {}).get("StreamEnabled")
    described = shard.to_json()
    if not enabled:
        last = sequence(shard.items[-1]) if shard.items else shard.starting_sequence_number
        described["SequenceNumberRange"]["EndingSequenceNumber"] = str(last)
    return {
        "StreamArn": arn,
        "StreamLabel": table.latest_stream_label,
        "StreamStatus": "ENABLED" if enabled else "DISABLED",
        "StreamViewType": (table.stream_specification or {}).get("StreamViewType"),
        "CreationRequestDateTime": shard.created_on,
        "TableName": table.name,
        "KeySchema": table.schema,
        "Shards": [described],
    }


def _table(backend: Any, arn: str) -> Any:
    name = arn.split("/")[1] if arn.count("/") >= 1 else ""
    table = backend.dynamodb.tables.get(name)
    if (
        table is None
        or table.stream_shard is None
        or not arn.endswith(f"/stream/{table.latest_stream_label}")
    ):
        raise _failure(
            "ResourceNotFoundException", f"Requested resource not found: Stream: {arn} not found"
        )
    return table


def _iterator(
    self: Any, arn: str, shard_id: str, kind: str, number: int | str | None = None
) -> str:
    """Return an iterator; raises for an unknown shard and for a number that was trimmed."""
    shard = _table(self, arn).stream_shard
    if shard.id != shard_id:
        raise _failure(
            "ResourceNotFoundException",
            f"Requested resource not found: Shard: {shard_id} in Stream: {arn} not found",
        )
    if kind == "TRIM_HORIZON":
        return _token(arn, 0)
    if kind == "LATEST":
        return _token(arn, _next(shard))
    if number is None:
        raise MockValidationException(f"SequenceNumber is required for ShardIteratorType {kind}")
    made_at = (int(number) - shard.starting_sequence_number) / 1e9
    if made_at < time.time() - RETENTION.total_seconds():
        text = "The operation attempted to read past the oldest stream record in a shard"
        raise _failure("TrimmedDataAccessException", text)
    return _token(arn, int(number) + (kind == "AFTER_SEQUENCE_NUMBER"))


def _next(shard: Any) -> int:
    """Return the number of the next record: from the clock, so that none is used again."""
    now: int = shard.starting_sequence_number + time.time_ns()
    return max(now, sequence(shard.items[-1]) + 1) if shard.items else now


def _token(arn: str, start: int) -> str:
    position = json.dumps({"start": str(start), "at": int(time.time())})
    return f"{arn}|1|{base64.b64encode(position.encode()).decode()}"


def _answer_iterator(self: Any) -> Any:
    found = self.backend.get_shard_iterator(
        self._get_param("StreamArn"),
        self._get_param("ShardId"),
        self._get_param("ShardIteratorType"),
        self._get_param("SequenceNumber"),
    )
    return ActionResult({"ShardIterator": found})


def _read(self: Any, iterator: str, limit: int) -> dict[str, Any]:
    try:
        arn, _, encoded = iterator.split("|")
        position = json.loads(base64.b64decode(encoded, validate=True))
        start, issued = int(position["start"]), position["at"]
    except (ValueError, KeyError, TypeError) as error:
        raise MockValidationException("Invalid ShardIterator") from error
    if time.time() - issued > ITERATOR_SECONDS:
        raise _failure("ExpiredIteratorException", "Iterator expired")
    table = _table(self, arn)
    shard = table.stream_shard
    _trim(shard)
    first = bisect.bisect_left(shard.items, start, key=sequence)
    found: list[dict[str, Any]] = []
    size = 0
    for record in shard.items[first : first + min(limit, MAX_RECORDS)]:
        size += record.record["dynamodb"]["SizeBytes"]
        if found and size > MAX_BYTES:
            break
        found.append(record.to_json())
    last = int(found[-1]["dynamodb"]["SequenceNumber"]) + 1 if found else start
    answer: dict[str, Any] = {"Records": found}
    open_ = (table.stream_specification or {}).get("StreamEnabled")
    if open_ or first + len(found) < len(shard.items):
        answer["NextShardIterator"] = _token(arn, last)
    return answer


class _Records(ActionResult):
    """A response of GetRecords, in JSON: moto's serializer takes 15 times its CPU time."""

    def execute_result(self, context: Any) -> Any:
        """Return status, headers and body."""
        del context
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        # Bytes: in text, moto replaces what is between <RequestId> and </RequestId>.
        return 200, headers, json.dumps(self.result, default=_as_json).encode()


def _answer_records(self: Any) -> ActionResult:
    limit = self._get_param("Limit")
    found = self.backend.get_records(
        self._get_param("ShardIterator"), MAX_RECORDS if limit is None else limit
    )
    return _Records(found)


def _as_json(value: bytes | dt.datetime) -> str | float:
    """Return a binary value in base64, and a time, in UTC without a zone, in whole milliseconds."""
    if isinstance(value, dt.datetime):
        return calendar.timegm(value.timetuple()) + value.microsecond // 1000 / 1000
    return base64.b64encode(value).decode()


def _failure(kind: str, text: str) -> DynamodbException:
    return DynamodbException(f"{ERROR_TYPE_PREFIX}{kind}", text)


def _key(number: int) -> str:
    return f"{number:0{SEQUENCE_DIGITS}d}"


def _collection(table: Any) -> str:
    return f"{COLLECTION} {table.account_id} {table.region_name} {table.name}"
