"""Publishes envelopes of events (`kit.events`) to their channels. Needs boto3.

The platform sets a variable for each channel of an event that the service publishes:
`<EVENT>_TOPIC_ARN` (SNS), `<EVENT>_BUS_NAME` (EventBridge), `<EVENT>_STREAM_NAME` (Kinesis).
"""

from __future__ import annotations

import functools
import json
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kit import events, settings, tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

logger = logging.getLogger("events")

TOPIC, BUS, STREAM = "topic", "bus", "stream"
SUFFIXES = {TOPIC: "_TOPIC_ARN", BUS: "_BUS_NAME", STREAM: "_STREAM_NAME"}
MAX_ENTRIES = 10  # of PublishBatch and of PutEvents
MAX_BYTES = 256 * 1024  # of all entries of one of them
MAX_KEY = 256  # characters of a partition key


class NotPublishedError(RuntimeError):
    """Raised when a channel did not accept an event."""


class Message(NamedTuple):
    """An envelope for one channel."""

    key: int
    """Identifies it among the messages of a call."""
    channel: str
    type: str
    envelope: dict[str, Any]


def channels(event_type: str) -> list[str]:
    """Return the channels of *event_type*, by the environment variables."""
    return [channel for channel in SUFFIXES if _target(channel, event_type)]


@dataclass(frozen=True)
class Publisher:
    """Publishes to SNS, EventBridge and Kinesis."""

    client: Callable[[str], Any]
    """Returns boto3's client of a service."""

    @classmethod
    def from_environment(cls) -> Publisher:
        """Return the publisher; raises SettingError if the service publishes no event."""
        if not any(name.endswith(tuple(SUFFIXES.values())) for name in os.environ):
            *names, last = SUFFIXES.values()
            raise settings.SettingError(
                f"no environment variable ends in {', '.join(names)} or {last}: list the service's"
                " events under publishes in service.yaml"
            )
        return cls(functools.cache(_client))

    def publish(self, messages: Sequence[Message]) -> set[int]:
        """Publish *messages*, and return the keys of those that were accepted."""
        accepted: set[int] = set()
        for channel, event_type in sorted({(one.channel, one.type) for one in messages}):
            own = [one for one in messages if (one.channel, one.type) == (channel, event_type)]
            target = _target(channel, event_type)
            send = {TOPIC: self._to_topic, BUS: self._to_bus, STREAM: self._to_stream}.get(channel)
            if send is None or not target:
                variable = f"{settings.prefix(event_type)}{SUFFIXES.get(channel, '')}"
                about = {"type": event_type, "reason": f"{variable} is not set"}
                logger.error("events could not be published", extra=about)
                continue
            for chunk in _chunks(own):
                traces = [str(one.envelope.get("traceparent", "")) for one in chunk]
                try:
                    with tracing.span(f"publish {event_type}", kind="producer", links=traces):
                        accepted |= send(target, chunk)
                except (BotoCoreError, ClientError) as error:
                    about = {"type": event_type, "reason": f"{type(error).__name__}: {error}"}
                    logger.error("events could not be published", extra=about)  # noqa: TRY400
        return accepted

    def _to_topic(self, target: str, messages: Sequence[Message]) -> set[int]:
        entries = [
            {
                "Id": str(one.key),
                "Message": json.dumps(one.envelope),
                "MessageAttributes": events.attributes({**one.envelope, "type": one.type}),
            }
            for one in messages
        ]
        sns = self.client("sns")
        answer = sns.publish_batch(TopicArn=target, PublishBatchRequestEntries=entries)
        for entry in answer.get("Failed", []):
            logger.error("event was not accepted", extra={"failed": entry})
        return {int(entry["Id"]) for entry in answer.get("Successful", [])}

    def _to_bus(self, target: str, messages: Sequence[Message]) -> set[int]:
        entries = [
            {
                "EventBusName": target,
                "Source": one.envelope.get("source", "unknown"),
                "DetailType": one.type,
                "Detail": json.dumps(one.envelope),
            }
            for one in messages
        ]
        answer = self.client("events").put_events(Entries=entries)
        return _without_errors(messages, answer["Entries"])

    def _to_stream(self, target: str, messages: Sequence[Message]) -> set[int]:
        records = [
            {
                "Data": json.dumps(one.envelope).encode(),
                "PartitionKey": str(one.envelope.get("subject") or one.envelope["id"])[:MAX_KEY],
            }
            for one in messages
        ]
        answer = self.client("kinesis").put_records(StreamName=target, Records=records)
        return _without_errors(messages, answer["Records"])


@functools.cache
def _shared() -> Publisher:
    return Publisher.from_environment()


def publish(envelope: dict[str, Any]) -> None:
    """Publish an envelope to every channel of its type; raises NotPublishedError.

    In contrast to `kit.outbox`, an event is lost or repeated if the process dies meanwhile.
    """
    event_type = str(envelope["type"])
    names = channels(event_type) or [TOPIC]
    messages = [Message(key, name, event_type, envelope) for key, name in enumerate(names)]
    missing = {one.key for one in messages} - _shared().publish(messages)
    if missing:
        refused = ", ".join(names[key] for key in sorted(missing))
        raise NotPublishedError(f"{event_type} was not accepted by its {refused}")


def _target(channel: str, event_type: str) -> str:
    suffix = SUFFIXES.get(channel)
    return os.environ.get(f"{settings.prefix(event_type)}{suffix}", "") if suffix else ""


def _without_errors(messages: Sequence[Message], results: list[dict[str, Any]]) -> set[int]:
    """Return the keys of the messages whose result, at the same place, is not an error."""
    accepted: set[int] = set()
    for one, result in zip(messages, results, strict=True):
        if result.get("ErrorCode"):
            logger.error("event was not accepted", extra={"failed": result})
        else:
            accepted.add(one.key)
    return accepted


def _chunks(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Yield *messages* in calls that the services accept."""
    chunk: list[Message] = []
    size = 0
    for one in messages:
        own = len(json.dumps(one.envelope)) + len(one.type) + 300  # its attributes
        if chunk and (len(chunk) == MAX_ENTRIES or size + own > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(one)
        size += own
    if chunk:
        yield chunk


def _client(service: str) -> Any:
    config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 2})
    return boto3.client(service, config=config)
