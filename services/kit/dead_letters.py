"""Sends what can never be handled to the dead letters of its queue or stream, with the reason.

The platform sets `<EVENT>_QUEUE_URL` and `<EVENT>_DEAD_LETTERS_URL` for each event that a service
consumes, and allows it to send to the second. The dead letters of a stream are in a bucket, as
`s3://<bucket>/<prefix>`: a record there has the form of those that Lambda writes, and is counted in
the metric `DeadLetters`, on which the platform has an alarm. Needs boto3.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import os
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from kit import metrics, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger("dead-letters")

QUEUE_SUFFIX = "_QUEUE_URL"
DEAD_LETTERS_SUFFIX = "_DEAD_LETTERS_URL"
S3 = "s3://"
REASON = "reason"
METRIC = "DeadLetters"
"""Records of streams in the dead letters, by service and stream; queues have a metric of SQS."""
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
    _client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageAttributes=kept)
    logger.error("the message went to the dead letters", extra={"reason": reason})


def of_stream(event: str) -> str:
    """Return the URL of the dead letters of *event*, or of any stream if it is not known."""
    known = os.environ.get(f"{settings.prefix(event)}{DEAD_LETTERS_SUFFIX}", "")
    urls = (url for name, url in os.environ.items() if name.endswith(DEAD_LETTERS_SUFFIX))
    candidates = (known, *urls)
    return next((url for url in candidates if url.startswith(S3)), "")


def send_record(url: str, record: Mapping[str, Any], reason: str) -> None:
    """Write a Kinesis *record* below *url* with *reason*; raises botocore's errors."""
    bucket, _, prefix = url.removeprefix(S3).partition("/")
    now = dt.datetime.now(dt.UTC)
    shard, _, number = str(record["eventID"]).partition(":")
    letter = {
        "requestContext": {"functionArn": record.get("invokeIdentityArn"), "condition": reason},
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds"),
        "KinesisBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": number,
            "endSequenceNumber": number,
            "batchSize": 1,
            "streamArn": record["eventSourceARN"],
        },
        "payload": json.dumps({"Records": [dict(record)]}),
    }
    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "function")
    key = f"{prefix}/{function}/{shard}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    _client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(letter).encode())
    stream = str(record["eventSourceARN"]).rpartition("/")[2]
    metrics.emit({METRIC: (1, "Count")}, {"reason": reason}, stream=stream)
    logger.error("the record went to the dead letters", extra={"reason": reason})


@functools.cache
def _client(service: str) -> Any:
    config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 3})
    return boto3.client(service, config=config)
