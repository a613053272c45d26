"""Handles batches of events in Lambda functions, on Powertools' BatchProcessor.

    def handler(event, context):
        if is_request(event):
            return app.resolve(event, context)
        return batch.handle(event, context, notify)

After an exception only that message is received again; of a stream, what follows it too, so that
the events of a subject stay in order. An event that is malformed, oversize, unknown or contradicts
its schema goes to the dead letters at once, and so does one for which the handler raises
InvalidEventError. An event that the consumer's filter excludes is dropped. Needs
`aws-lambda-powertools` in the service's requirements.
"""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType] - its context is Any
)

from kit import dead_letters, events, faults, filters, tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logger = logging.getLogger("events")


def handle(event: dict[str, Any], context: Any, handler: Callable[[events.Event], None]) -> Any:
    """Call *handler* with each event of a batch of SQS or Kinesis; return what failed."""
    with tracing.invocation(_bodies(event["Records"])):
        return _handle_all(event, context, handler)


def _handle_all(
    event: dict[str, Any], context: Any, handler: Callable[[events.Event], None]
) -> Any:
    if event["Records"][0].get("eventSource") == "aws:kinesis":
        return _in_order(event["Records"], handler)
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=event,
        record_handler=lambda record: _record(record, handler),  # pyright: ignore[reportUnknownLambdaType]
        processor=processor,
        context=context,
    )


def _bodies(records: list[Any]) -> Iterator[str]:
    for record in records:
        if "body" in record:
            yield str(record["body"])
        else:
            yield base64.b64decode(record["kinesis"]["data"]).decode(errors="replace")


def _in_order(records: list[Any], handler: Callable[[events.Event], None]) -> dict[str, Any]:
    """Handle records of a stream up to the first that fails, from which Lambda goes on."""
    for record in records:
        try:
            _stream_record(record, handler)
        except Exception:
            number = record["kinesis"]["sequenceNumber"]
            logger.exception("a record failed", extra={"sequence_number": number})
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


def _stream_record(record: Any, handler: Callable[[events.Event], None]) -> None:
    event_type = ""
    try:
        data = base64.b64decode(record["kinesis"]["data"])
        found = events.read(data, replayed=record.get("replayed") is True)
        event_type = found.type if found else ""
        _handle(found, handler)
    except events.InvalidEventError as error:
        url = dead_letters.of_stream(event_type)
        if not url:
            raise
        dead_letters.send_record(url, record, str(error))


def _handle(
    found: events.Event | None, handler: Callable[[events.Event], None], sent: str = ""
) -> None:
    if found is not None and filters.matches_event(filters.of_event(found.type), found):
        with events.context(found, sent):
            faults.run("event", lambda: handler(found))


def _record(record: Any, handler: Callable[[events.Event], None]) -> None:
    body = str(record["body"])
    sent: dict[str, Any] = record.get("messageAttributes") or {}
    queue = dead_letters.source(str(record.get("eventSourceARN", "")).rsplit(":", 1)[-1])
    try:
        found = events.read(
            body,
            expected=queue.name if queue else "",
            replayed=sent.get("replayed", {}).get("stringValue") == "true",
        )
        _handle(found, handler, record.get("attributes", {}).get("AWSTraceHeader", ""))
    except events.InvalidEventError as error:
        if queue is None or not queue.dead_letters_url:
            logger.exception("message refused")
            raise  # it is received again until SQS moves it
        dead_letters.send(queue.dead_letters_url, body, str(error), _attributes(sent))


def _attributes(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a received message as those of a message to send."""
    return {
        name: {"DataType": one["dataType"], "StringValue": one["stringValue"]}
        for name, one in cast("dict[str, dict[str, Any]]", sent).items()
        if one.get("stringValue")
    }
