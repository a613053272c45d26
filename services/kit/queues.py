"""Sends messages to a plain queue of another service, which `queues` of that service describes.

    queues.send("labels", {"order_id": "42"}, message_id="label-42")
    queues.send_batch("labels", [Message({"order_id": "42"}, message_id="label-42"), ...])

A message has the form of an event, so that `kit.batch`, `kit.consumer` and `kit.inbox` read both:
its type is the queue's name. Needs boto3.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kit import correlation, events, settings
from kit.dead_letters import QUEUE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_ENTRIES = 10  # of SendMessageBatch
MAX_BYTES = 1024 * 1024  # of all its bodies and attributes


@dataclass(frozen=True)
class Message:
    """A message of a batch."""

    body: dict[str, Any]
    message_id: str = ""
    """The receiver handles an ID once; without one it is generated."""
    subject: str = ""


@dataclass(frozen=True)
class Refused:
    """A message of a batch that was not accepted."""

    index: int
    """Its place in the batch, from 0."""
    message_id: str
    code: str
    """Error code of SQS, or the class of the error of the call."""
    reason: str
    sender_fault: bool
    """Whether the same message would be refused again."""


class NotSentError(RuntimeError):
    """Raised when messages of a batch were not accepted; all others were sent."""

    def __init__(self, name: str, refused: Sequence[Refused], sent: int) -> None:
        """Keep the *refused* messages."""
        first = refused[0]
        super().__init__(
            f"{len(refused)} of {len(refused) + sent} messages were not accepted by the queue"
            f" {name}; message {first.index}: {first.code}: {first.reason}"
        )
        self.refused = tuple(refused)


def send(name: str, body: dict[str, Any], *, message_id: str = "", subject: str = "") -> str:
    """Send *body* to the queue *name*, and return the message's ID.

    The receiver handles an ID once, so that a repeated call needs the same *message_id*. Raises
    SettingError, InvalidEventError and botocore's errors.
    """
    id_, entry = _entry(name, Message(body, message_id, subject))
    _client().send_message(QueueUrl=_url(name), **entry)
    return id_


def send_batch(name: str, messages: Sequence[Message]) -> list[str]:
    """Send *messages* to the queue *name* in calls of ten at most, and return their IDs.

    Nothing is sent if a message is invalid. Raises NotSentError with the messages that SQS did not
    accept, after it has tried all; also SettingError and InvalidEventError.
    """
    url, entries = _url(name), [_entry(name, message) for message in messages]
    refused: list[Refused] = []
    for chunk in _chunks([entry for _, entry in entries]):
        try:
            answer = _client().send_message_batch(
                QueueUrl=url, Entries=[{"Id": str(index), **entry} for index, entry in chunk]
            )
        except (BotoCoreError, ClientError) as error:
            code, text = _code(error), str(error)
            refused += [Refused(i, entries[i][0], code, text, sender_fault=False) for i, _ in chunk]
            continue
        for one in answer.get("Failed", []):
            index = int(one["Id"])
            reason, fault = str(one.get("Message", "")), bool(one["SenderFault"])
            refused.append(
                Refused(index, entries[index][0], one["Code"], reason, sender_fault=fault)
            )
    if refused:
        refused.sort(key=lambda one: one.index)
        raise NotSentError(name, refused, len(entries) - len(refused))
    return [id_ for id_, _ in entries]


def _entry(name: str, message: Message) -> tuple[str, dict[str, Any]]:
    """Return the ID and the members of SendMessage."""
    [*_, envelope] = events.new(name, message.body, subject=message.subject or name)
    envelope["id"] = message.message_id or envelope["id"]
    attributes = events.attributes(envelope)
    if correlation_id := correlation.current.get():
        attributes["correlationid"] = {"DataType": "String", "StringValue": correlation_id}
    trace = correlation.xray_header(envelope.get("traceparent", ""))
    system = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    return str(envelope["id"]), {
        "MessageBody": json.dumps(envelope),
        "MessageAttributes": attributes,
        "MessageSystemAttributes": system if trace else {},
    }


def _chunks(entries: Sequence[dict[str, Any]]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """Yield *entries*, with their places, in batches that SQS accepts."""
    chunk: list[tuple[int, dict[str, Any]]] = []
    size = 0
    for index, entry in enumerate(entries):
        own = len(json.dumps(entry).encode())  # an upper bound of what SQS counts
        if chunk and (len(chunk) == MAX_ENTRIES or size + own > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((index, entry))
        size += own
    if chunk:
        yield chunk


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code") or type(error).__name__)


def _url(name: str) -> str:
    return settings.text(f"{settings.prefix(name)}{QUEUE_SUFFIX}")


@functools.cache
def _client() -> Any:
    config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 3})
    return boto3.client("sqs", config=config)
