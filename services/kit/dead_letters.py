"""Sends messages that can never be handled to the dead letters of their queue, with the reason.

The platform sets `<EVENT>_QUEUE_URL` and `<EVENT>_DEAD_LETTERS_URL` for each event that a service
consumes, and allows it to send to the second. Needs boto3.
"""

from __future__ import annotations

import functools
import logging
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger("dead-letters")

QUEUE_SUFFIX = "_QUEUE_URL"
DEAD_LETTERS_SUFFIX = "_DEAD_LETTERS_URL"
REASON = "reason"
MAX_ATTRIBUTES = 10  # of a message
MAX_REASON = 1000
NOT_IN_ATTRIBUTES = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


@dataclass(frozen=True)
class Source:
    """A queue from which messages come."""

    name: str
    """The event, or the queue of service.yaml."""
    dead_letters_url: str
    """URL of its dead-letter queue; '' if the platform does not tell it."""


def source(queue_name: str) -> Source | None:
    """Return what the environment variables say about a queue, given the last part of its ARN."""
    for variable, url in os.environ.items():
        if variable.endswith(QUEUE_SUFFIX) and url.rsplit("/", 1)[-1] == queue_name:
            prefix = variable.removesuffix(QUEUE_SUFFIX)
            dead_letters_url = os.environ.get(f"{prefix}{DEAD_LETTERS_SUFFIX}", "")
            return Source(prefix.lower().replace("_", "-"), dead_letters_url)
    return None


def send(url: str, body: str, reason: str, attributes: Mapping[str, Any] | None = None) -> None:
    """Send *body* with *attributes* and *reason* to the queue *url*; raises botocore's errors."""
    kept = dict(list((attributes or {}).items())[: MAX_ATTRIBUTES - 1])
    text = NOT_IN_ATTRIBUTES.sub("?", reason)[:MAX_REASON] or "unknown"
    kept[REASON] = {"DataType": "String", "StringValue": text}
    _client().send_message(QueueUrl=url, MessageBody=body, MessageAttributes=kept)
    logger.error("the message went to the dead letters", extra={"reason": reason})


@functools.cache
def _client() -> Any:
    config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 3})
    return boto3.client("sqs", config=config)
