"""Sends messages to a plain queue of another service, which `queues` of that service describes.

    queues.send("labels", {"order_id": "42"}, message_id="label-42")

A message has the form of an event, so that `kit.batch`, `kit.consumer` and `kit.inbox` read both:
its type is the queue's name. Needs boto3.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import boto3
from botocore.config import Config

from kit import correlation, events, settings
from kit.dead_letters import QUEUE_SUFFIX


def send(name: str, body: dict[str, Any], *, message_id: str = "", subject: str = "") -> str:
    """Send *body* to the queue *name*, and return the message's ID.

    The receiver handles an ID once, so that a repeated call needs the same *message_id*. Raises
    SettingError, InvalidEventError and botocore's errors.
    """
    [*_, envelope] = events.new(name, body, subject=subject or name)
    envelope["id"] = message_id or envelope["id"]
    attributes = events.attributes(envelope)
    if correlation_id := correlation.current.get():
        attributes["correlationid"] = {"DataType": "String", "StringValue": correlation_id}
    trace = correlation.xray_header(envelope.get("traceparent", ""))
    system = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    _client().send_message(
        QueueUrl=settings.text(f"{settings.prefix(name)}{QUEUE_SUFFIX}"),
        MessageBody=json.dumps(envelope),
        MessageAttributes=attributes,
        MessageSystemAttributes=system if trace else {},
    )
    return str(envelope["id"])


@functools.cache
def _client() -> Any:
    config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 3})
    return boto3.client("sqs", config=config)
