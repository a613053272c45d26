"""Records of shards: journalled one by one, kept for the stream's retention, read by iterators.

An iterator contains its position, so it stays valid when this process restarts. A closed shard
keeps its records, as its readers finish it before they read its children.
"""

from __future__ import annotations

import base64
import bisect
import hashlib
import json
import pickle
import time
from typing import TYPE_CHECKING, Any

from moto.kinesis.exceptions import InvalidArgumentError, ShardNotFoundError
from moto.kinesis.models import KinesisBackend, Record, Shard, Stream, kinesis_backends

from localcloud.aws import pickling
from localcloud.aws.journal import JOURNAL
from localcloud.aws.kinesis import metrics
from localcloud.aws.kinesis.errors import KinesisError

if TYPE_CHECKING:
    from collections.abc import Callable

COLLECTION = "kinesis-records"
ITERATOR_SECONDS = 300
MAX_RECORDS, MAX_BYTES = 10_000, 10 * 1024 * 1024  # of a response of GetRecords
FIRST_SEQUENCE = 49 * 10**54  # sequence numbers have 56 digits
HOUR = 3600

_split_shard = Stream.split_shard
_merge_shards = Stream.merge_shards
_delete_stream = KinesisBackend.delete_stream


def install() -> None:
    """Replace what moto does with records, and its iterators."""
    pickling.REDUCTIONS[Shard] = pickling.without("records")
    shard: Any = Shard
    shard.put_record = _put
    shard.get_min_sequence_number = lambda self: _bound(self, 0)
    shard.get_max_sequence_number = lambda self: _bound(self, -1)
    stream: Any = Stream
    stream.get_shard_for_key = _shard_for_key
    stream.put_record = _put_in_stream
    stream.split_shard = _split
    stream.merge_shards = _merge
    backend: Any = KinesisBackend
    backend.get_shard_iterator = _iterator
    backend.get_records = _read
    backend.delete_stream = _delete


def put_back(collection: str, _key: str, value: bytes) -> None:
    """Restore a record; records come in the order of their sequence numbers."""
    _, account, region, name, shard_id = collection.split(" ", 4)
    stream: Any = kinesis_backends[account][region].streams.get(name)
    if stream is not None and shard_id in stream.shards:
        record: Any = object.__new__(Record)
        record.__dict__ |= pickle.loads(value)  # noqa: S301 - this program wrote it
        _records(stream.shards[shard_id]).append(record)


def _records(shard: Any) -> list[Any]:
    """Return the records of *shard* by sequence number."""
    found = shard.__dict__.get("records")
    if not isinstance(found, list):
        found = shard.__dict__["records"] = []
    return found


def _number(record: Any) -> int:
    return record.sequence_number


def _bound(shard: Any, index: int) -> int:
    records = _records(shard)
    return _number(records[index]) if records else FIRST_SEQUENCE


def _put_in_stream(
    self: Any, partition_key: str, explicit_hash_key: str, data: str
) -> tuple[str, str]:
    shard = self.get_shard_for_key(partition_key, explicit_hash_key)
    _trim(self, shard)
    number = shard.put_record(partition_key, data, explicit_hash_key)
    saved = pickle.dumps(_records(shard)[-1].__dict__)
    JOURNAL.put(_collection(self, shard), number, saved)
    metrics.put(self.stream_name, data)
    return number, shard.shard_id


def _put(self: Any, partition_key: str, data: str, explicit_hash_key: str) -> str:
    """Append a record; its number is from the clock, so that none is used again."""
    records = _records(self)
    number = FIRST_SEQUENCE + time.time_ns()
    if records:
        number = max(number, _number(records[-1]) + 1)
    records.append(Record(partition_key, data, number, explicit_hash_key))
    return str(number)


def _shard_for_key(self: Any, partition_key: str, explicit_hash_key: str | None) -> Any:
    """Return the open shard of a key; moto also finds closed ones, and none for the last hash."""
    if not partition_key or len(partition_key) > 256:  # noqa: PLR2004 - Kinesis's maximum
        raise InvalidArgumentError("PartitionKey must have 1 to 256 characters.")
    number = int(explicit_hash_key) if explicit_hash_key else _hash(partition_key)
    for shard in self.shards.values():
        if shard.is_open and shard.starting_hash <= number <= shard.ending_hash:
            return shard
    raise InvalidArgumentError(f"Invalid ExplicitHashKey {explicit_hash_key}.")


def _hash(partition_key: str) -> int:
    digest = hashlib.md5(partition_key.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest, "big")


def _trim(stream: Any, shard: Any) -> None:
    oldest = time.time() - stream.retention_period_hours * HOUR
    records = _records(shard)
    gone = bisect.bisect_left(records, oldest, key=lambda record: record.created_at)
    for record in records[:gone]:
        JOURNAL.delete(_collection(stream, shard), str(_number(record)))
    del records[:gone]


def _split(self: Any, shard_to_split: str, new_starting_hash_key: str) -> None:
    """Split a shard, whose records stay in it."""
    _without_records(
        [self.shards[shard_to_split]],
        lambda: _split_shard(self, shard_to_split, new_starting_hash_key),
    )


def _merge(self: Any, shard_to_merge: str, adjacent_shard_to_merge: str) -> None:
    """Merge two shards, whose records stay in them."""
    parents = [self.shards[shard_to_merge], self.shards[adjacent_shard_to_merge]]
    _without_records(parents, lambda: _merge_shards(self, shard_to_merge, adjacent_shard_to_merge))


def _without_records(shards: list[Any], change: Callable[[], None]) -> None:
    """Hide the records from moto, which would move them to the new shards."""
    kept = [_records(shard) for shard in shards]
    try:
        for shard in shards:
            shard.records = {}
        change()
    finally:
        for shard, records in zip(shards, kept, strict=True):
            shard.records = records


def _delete(self: Any, stream_arn: str | None, stream_name: str | None) -> Any:
    stream = _delete_stream(self, stream_arn, stream_name)
    for shard in stream.shards.values():
        JOURNAL.clear(_collection(stream, shard))
    return stream


def _iterator(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    stream_arn: str | None,
    stream_name: str | None,
    shard_id: str,
    shard_iterator_type: str,
    starting_sequence_number: str | None,
    at_timestamp: Any,
) -> str:
    stream = self.describe_stream(stream_arn=stream_arn, stream_name=stream_name)
    if shard_id not in stream.shards:
        raise ShardNotFoundError(shard_id, stream.stream_name, self.account_id)
    records = _records(stream.shards[shard_id])
    match shard_iterator_type:
        case "TRIM_HORIZON":
            start = 0
        case "LATEST":
            start = max(FIRST_SEQUENCE + time.time_ns(), _number(records[-1]) + 1 if records else 0)
        case "AT_TIMESTAMP":
            start = _first_at(records, _seconds(at_timestamp))
        case "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER":
            number = _sequence(starting_sequence_number)
            start = number + (shard_iterator_type == "AFTER_SEQUENCE_NUMBER")
        case _:
            raise InvalidArgumentError(f"Invalid ShardIteratorType: {shard_iterator_type}")
    return _token(stream.stream_name, shard_id, start)


def _sequence(text: str | None) -> int:
    if not text or not text.isdigit():
        raise InvalidArgumentError(f"StartingSequenceNumber {text} is invalid.")
    return int(text)


def _seconds(at: Any) -> float:
    if at is None:
        raise InvalidArgumentError("Must specify timestamp parameter for AT_TIMESTAMP.")
    return at.timestamp() if hasattr(at, "timestamp") else float(at)


def _first_at(records: list[Any], at: float) -> int:
    index = bisect.bisect_left(records, at, key=lambda record: record.created_at)
    return _number(records[index]) if index < len(records) else FIRST_SEQUENCE + int(at * 1e9)


def _token(stream_name: str, shard_id: str, start: int) -> str:
    position = {"stream": stream_name, "shard": shard_id, "start": str(start), "at": time.time()}
    return base64.b64encode(json.dumps(position).encode()).decode()


def _read(
    self: Any, stream_arn: str | None, shard_iterator: str, limit: int | None
) -> tuple[str | None, list[Any], int]:
    try:
        position = json.loads(base64.b64decode(shard_iterator, validate=True))
        name, shard_id, start = position["stream"], position["shard"], int(position["start"])
        issued = float(position["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidArgumentError("Invalid ShardIterator.") from error
    if time.time() - issued > ITERATOR_SECONDS:
        text = f"Iterator expired. The iterator was created {time.time() - issued:.0f} seconds ago."
        raise KinesisError("ExpiredIteratorException", text)
    stream = self.describe_stream(stream_arn=stream_arn, stream_name=name)
    shard = stream.get_shard(shard_id)
    _trim(stream, shard)
    records = _records(shard)
    first = bisect.bisect_left(records, start, key=_number)
    found = _page(records, first, min(limit or MAX_RECORDS, MAX_RECORDS))
    after = first + len(found)
    metrics.read(name, found)
    behind = int((time.time() - found[-1].created_at) * 1000) if after < len(records) else 0
    following = _number(found[-1]) + 1 if found else start
    if not shard.is_open and after >= len(records):
        return None, found, 0
    return _token(name, shard_id, following), found, behind


def _page(records: list[Any], first: int, limit: int) -> list[Any]:
    found: list[Any] = []
    size = 0
    for record in records[first : first + limit]:
        size += len(record.data) * 3 // 4
        if found and size > MAX_BYTES:
            break
        found.append(record)
    return found


def _collection(stream: Any, shard: Any) -> str:
    return f"{COLLECTION} {stream.account_id} {stream.region} {stream.stream_name} {shard.shard_id}"
