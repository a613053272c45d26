"""Kinesis: the size of records, and operations that moto does not have."""

from __future__ import annotations

import base64
import contextlib
import time
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.kinesis.models import Consumer, KinesisBackend, Stream
from moto.kinesis.responses import KinesisResponse

from localcloud.aws.kinesis.errors import KinesisError

MIN_KIB, MAX_KIB = 1024, 10_240  # range of MaxRecordSizeInKiB
MAX_REQUEST_RECORDS = 500
MAX_REQUEST_BYTES = 10 * 1024 * 1024

_make_consumer = Consumer.__init__
_summary = Stream.to_json_summary
_create = KinesisResponse.create_stream
_register = KinesisResponse.register_stream_consumer


def install() -> None:
    """Replace these operations of moto."""
    consumer: Any = Consumer
    consumer.__init__ = _consumer
    stream: Any = Stream
    stream.to_json_summary = _with_record_size
    backend: Any = KinesisBackend
    backend._send_stream_metrics = _no_metrics  # noqa: SLF001 - it would fill CloudWatch's memory
    handler: Any = KinesisResponse
    handler.create_stream = _create_stream
    handler.put_record = _put_record
    handler.put_records = _put_records
    handler.update_max_record_size = _update_max_record_size
    handler.subscribe_to_shard = _subscribe_to_shard
    handler.register_stream_consumer = _register_consumer
    handler.tag_resource = _tag
    handler.untag_resource = _untag
    handler.list_tags_for_resource = _list_tags


def _no_metrics(_self: Any, *_args: Any, **_kwargs: Any) -> None:
    return None


def _consumer(self: Any, *args: Any, **kwargs: Any) -> None:
    """Create a consumer whose ARN ends with its creation time."""
    _make_consumer(self, *args, **kwargs)
    self.consumer_arn += f":{int(time.time())}"


def _create_stream(self: Any) -> ActionResult:
    """Create a stream with its maximum record size and its tags, which moto ignores."""
    size = self._get_param("MaxRecordSizeInKiB")
    if size is not None:
        _require_size(size)
    result = _create(self)
    stream = self.kinesis_backend.describe_stream(None, self._get_param("StreamName"))
    stream.max_record_size_kib = size or MIN_KIB
    stream.tags |= self._get_param("Tags") or {}
    return result


def _update_max_record_size(self: Any) -> ActionResult:
    size = self._get_param("MaxRecordSizeInKiB")
    _require_size(size)
    stream = self.kinesis_backend.describe_stream(self._get_param("StreamARN"), None)
    stream.max_record_size_kib = size
    return EmptyResult()


def _require_size(size: int) -> None:
    if not MIN_KIB <= size <= MAX_KIB:
        text = f"MaxRecordSizeInKiB {size} must be between {MIN_KIB} and {MAX_KIB}."
        raise KinesisError("ValidationException", text)


def _with_record_size(self: Any) -> dict[str, Any]:
    found = _summary(self)
    found["StreamDescriptionSummary"] |= {
        "MaxRecordSizeInKiB": _max_kib(self),
        "OpenShardCount": sum(shard.is_open for shard in self.shards.values()),
        "ConsumerCount": len(self.consumers),
    }
    return found


def _max_kib(stream: Any) -> int:
    return getattr(stream, "max_record_size_kib", MIN_KIB)


def _put_record(self: Any) -> ActionResult:
    name, arn = self._get_param("StreamName"), self._get_param("StreamARN")
    record = {each: self._get_param(each) for each in ("PartitionKey", "ExplicitHashKey", "Data")}
    stream = self.kinesis_backend.describe_stream(arn, name)
    _require_small_enough(stream, record, "data")
    number, shard_id = _put(stream, record)
    return ActionResult(
        {"SequenceNumber": number, "ShardId": shard_id, "EncryptionType": stream.encryption_type}
    )


def _put_records(self: Any) -> ActionResult:
    records = self._get_param("Records") or []
    if not 1 <= len(records) <= MAX_REQUEST_RECORDS:
        text = f"Records must have 1 to {MAX_REQUEST_RECORDS} members (it has {len(records)})."
        raise KinesisError("ValidationException", text)
    name, arn = self._get_param("StreamName"), self._get_param("StreamARN")
    stream = self.kinesis_backend.describe_stream(arn, name)
    for number, record in enumerate(records, 1):
        _require_small_enough(stream, record, f"records.{number}.member.data")
    if sum(map(_size, records)) > MAX_REQUEST_BYTES:
        raise KinesisError("InvalidArgumentException", "Records size exceeds 10 MB limit")
    put = [_put(stream, record) for record in records]
    return ActionResult(
        {
            "FailedRecordCount": 0,
            "Records": [{"SequenceNumber": number, "ShardId": shard} for number, shard in put],
            "EncryptionType": stream.encryption_type,
        }
    )


def _put(stream: Any, record: dict[str, Any]) -> tuple[str, str]:
    return stream.put_record(
        record.get("PartitionKey"), record.get("ExplicitHashKey"), _text(record.get("Data"))
    )


def _require_small_enough(stream: Any, record: dict[str, Any], where: str) -> None:
    most = _max_kib(stream) * 1024
    if _size(record) > most:
        text = (
            f"1 validation error detected: Value at '{where}' failed to satisfy constraint:"
            f" Member must have length less than or equal to {most}"
        )
        raise KinesisError("ValidationException", text)


def _size(record: dict[str, Any]) -> int:
    return len(_bytes(record.get("Data"))) + len(record.get("PartitionKey") or "")


def _bytes(data: Any) -> bytes:
    if isinstance(data, bytes):
        return data
    with contextlib.suppress(ValueError):
        return base64.b64decode(data or "")
    raise KinesisError("SerializationException", "Data is not valid Base64.")


def _text(data: Any) -> str:
    return base64.b64encode(data).decode() if isinstance(data, bytes) else data or ""


def _subscribe_to_shard(_self: Any) -> ActionResult:
    text = (
        "SubscribeToShard is not supported by the local cloud: read with GetRecords, or with an"
        " event source mapping, which takes the ARN of a consumer"
    )
    raise KinesisError("ValidationException", text)


def _register_consumer(self: Any) -> ActionResult:
    """Register a consumer with its tags, which moto ignores."""
    arn, name = self._get_param("StreamARN"), self._get_param("ConsumerName")
    stream = self.kinesis_backend.describe_stream(arn, None)
    if any(consumer.consumer_name == name for consumer in stream.consumers):
        text = f"Consumer {name} of stream {stream.stream_name} exists already."
        raise KinesisError("ResourceInUseException", text)
    result = _register(self)
    stream.consumers[-1].tags = dict(self._get_param("Tags") or {})
    return result


def _tag(self: Any) -> ActionResult:
    _tags(self).update(self._get_param("Tags"))
    return EmptyResult()


def _untag(self: Any) -> ActionResult:
    tags = _tags(self)
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return EmptyResult()


def _list_tags(self: Any) -> ActionResult:
    tags = [{"Key": key, "Value": value} for key, value in _tags(self).items()]
    return ActionResult({"Tags": tags})


def _tags(self: Any) -> dict[str, str]:
    """Return the tags of the stream or the consumer that a request names."""
    arn = self._get_param("ResourceARN")
    stream = self.kinesis_backend.describe_stream(arn.partition("/consumer/")[0], None)
    if "/consumer/" not in arn:
        return stream.tags
    consumer = stream.get_consumer_by_arn(arn)
    if consumer is None:
        raise KinesisError("ResourceNotFoundException", f"Consumer {arn} not found.")
    return consumer.__dict__.setdefault("tags", {})
