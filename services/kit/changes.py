"""Changes in a service's own stores, `sources` of service.yaml, in its function or a process.

    def handler(event, context):
        if is_request(event):
            return app.resolve(event, context)
        if changes.of_table(event):
            return changes.handle_items(event, announce)
        if changes.of_bucket(event):
            return changes.handle_objects(event, load)
        return batch.handle(event, context, consume)

Records of a table are handled in order, up to the first that fails: Lambda delivers that one and
what follows again. Messages about objects fail alone; one that can never be handled
(`InvalidObjectError`) goes to the dead letters at once, with the reason. In a container
`kit.consumer` calls a handler with each ObjectChange, by the same rules. Needs boto3.

A table as an outbox: `publisher` returns a handler that publishes an event for a change. A repeated
record gives the same event ID. Its `sequence` is the item's version, which each write increments:
`UpdateExpression="SET ... ADD version :one"`; an item that is deleted begins at 1 again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_plus

from boto3.dynamodb.types import TypeDeserializer

from kit import correlation, dead_letters, events, publishers, tracing
from kit.resilience import usage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

logger = logging.getLogger("changes")

NAMESPACE = uuid.UUID("6f2a4c0e-6f0b-4c83-9a39-5a2f4f7a2b6d")
EXPIRED_BY = "dynamodb.amazonaws.com"
S3 = "aws:s3"
"""`eventSource` of S3's event notifications."""


class InvalidObjectError(ValueError):
    """Raised for an object that can never be handled; its message goes to the dead letters."""


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """A change of an item."""

    id: str
    """The same for each delivery of the change."""
    table: str
    """Name of the table."""
    kind: str
    """INSERT, MODIFY or REMOVE."""
    key: dict[str, Any]
    new: dict[str, Any] | None
    """The item after the change; None if it was removed, or the stream has no such image."""
    old: dict[str, Any] | None
    """The item before the change; None if it was inserted, or the stream has no such image."""
    time: dt.datetime
    expired: bool = False
    """Whether DynamoDB removed it at its time to live."""


@dataclass(frozen=True, kw_only=True)
class ObjectChange:
    """An object that was created or removed."""

    bucket: str
    key: str
    created: bool
    """False if it was removed."""
    version_id: str = ""
    size: int = 0
    """Size in bytes; 0 for one that was removed."""
    sequencer: str = ""
    """Position among the changes of the key, as text that sorts."""


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """The event of a change."""

    type: str
    subject: str
    data: dict[str, Any]
    version: int
    """Version of the item, which becomes the event's sequence."""


def of_table(event: Mapping[str, Any]) -> bool:
    """Return whether *event* is a batch of records of a table's stream."""
    return _source(event) == "aws:dynamodb"


def of_bucket(event: Mapping[str, Any]) -> bool:
    """Return whether *event* is a batch of messages about objects of a bucket."""
    if _source(event) != "aws:sqs":
        return False
    body = _json(event["Records"][0].get("body", ""))
    return body.get("Event") == "s3:TestEvent" or _source(body) == S3


def handle_items(event: Mapping[str, Any], handler: Callable[[ItemChange], None]) -> dict[str, Any]:
    """Call *handler* with each change, in order; return the first record that failed."""
    with tracing.invocation([]):
        return _handle_items(event, handler)


def _handle_items(
    event: Mapping[str, Any], handler: Callable[[ItemChange], None]
) -> dict[str, Any]:
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            handler(item_change(record))
        except Exception:
            logger.exception("a change failed; it is delivered again", extra={"record": number})
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


def item_change(record: Mapping[str, Any]) -> ItemChange:
    """Return the change in a record of a table's stream."""
    about, stream = record["dynamodb"], str(record["eventSourceARN"])
    by: dict[str, str] = record.get("userIdentity") or {}
    return ItemChange(
        id=str(uuid.uuid5(NAMESPACE, f"{stream}|{about['SequenceNumber']}")),
        table=stream.split("/")[1],
        kind=record["eventName"],
        key=_item(about["Keys"]) or {},
        new=_item(about.get("NewImage")),
        old=_item(about.get("OldImage")),
        time=dt.datetime.fromtimestamp(float(about["ApproximateCreationDateTime"]), dt.UTC),
        expired=by.get("principalId") == EXPIRED_BY,
    )


def publisher(
    announce: Callable[[ItemChange], Announcement | None],
) -> Callable[[ItemChange], None]:
    """Return a handler that publishes the event that *announce* returns for a change."""

    def publish(change: ItemChange) -> None:
        told = announce(change)
        if told is None:
            return
        trace = correlation.traceparent.get() or correlation.new_trace()
        with correlation.context(change.id, trace, 0):
            envelopes = events.new(
                told.type, told.data, subject=told.subject, time=change.time, sequence=told.version
            )
        for index, envelope in enumerate(envelopes):
            envelope["id"] = str(uuid.uuid5(NAMESPACE, f"{change.id}|{told.type}|{index}"))
            publishers.publish(envelope)

    return publish


def handle_objects(
    event: Mapping[str, Any], handler: Callable[[ObjectChange], None]
) -> dict[str, Any]:
    """Call *handler* with each change of an object; return the messages that failed."""
    with tracing.invocation([]):
        return _handle_objects(event, handler)


def _handle_objects(
    event: Mapping[str, Any], handler: Callable[[ObjectChange], None]
) -> dict[str, Any]:
    failed: list[str] = []
    for record in event["Records"]:
        try:
            _handle_message(record, handler)
        except Exception:
            about = {"message_id": record["messageId"]}
            logger.exception("a message about an object failed; it is received again", extra=about)
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def _handle_message(record: Mapping[str, Any], handler: Callable[[ObjectChange], None]) -> None:
    body = str(record["body"])
    queue = dead_letters.source(str(record.get("eventSourceARN", "")).rsplit(":", 1)[-1])
    try:
        for change in object_changes(body):
            handler(change)
    except InvalidObjectError as error:
        if queue is None or not queue.dead_letters_url:
            raise
        dead_letters.send(queue.dead_letters_url, body, str(error))


@contextlib.contextmanager
def context(source: str, message_id: str, sent: str = "") -> Generator[None]:
    """Make the message's ID and a trace those of calls, events and log lines in the block.

    S3 names no request that caused a change. The calls are counted as those of one request.
    *sent* is X-Ray's header of the message.
    """
    headers = {correlation.TRACE_HEADER: sent}
    trace = correlation.trace_from_headers(headers) or correlation.new_trace()
    about = {"messaging.operation.type": "process", "messaging.message.id": message_id}
    with correlation.context(message_id, trace, 0):
        span = tracing.entrance(
            f"process {source}",
            kind="consumer",
            parent=correlation.parent_from_headers(headers),
            root=correlation.root_from_headers(headers),
            attributes={**about, "messaging.destination.name": source},
        )
        with span as recorded, usage.counted() as used:
            try:
                yield
            finally:
                tracing.set_calls(recorded, used)


def object_changes(body: str) -> Iterator[ObjectChange]:
    """Yield the changes in a message of S3; none in its test event. Raises InvalidObjectError."""
    found = _json(body)
    if found.get("Event") == "s3:TestEvent":
        return
    if _source(found) != S3:
        raise InvalidObjectError("the message is not an event notification of S3")
    for record in found["Records"]:
        about = record["s3"]["object"]
        yield ObjectChange(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(about["key"]),
            created=record["eventName"].startswith("ObjectCreated"),
            version_id=about.get("versionId", ""),
            size=int(about.get("size", 0)),
            sequencer=about.get("sequencer", ""),
        )


def _source(event: Mapping[str, Any]) -> str:
    """Return the service that the first record of *event* comes from; '' if it has none."""
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        return ""
    first = cast("list[object]", records)[0]
    return str(cast("dict[str, Any]", first).get("eventSource")) if isinstance(first, dict) else ""


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _item(image: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if image is None:
        return None
    read = TypeDeserializer()
    return {name: read.deserialize(value) for name, value in image.items()}
