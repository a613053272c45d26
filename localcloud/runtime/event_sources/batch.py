"""Batches of SQS messages as events of a function."""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass
from typing import Any

MAX_BATCH_BYTES = 5_500_000
"""Maximum size of the messages of a batch in bytes; the payload limit of the event is 6 MB."""


@dataclass(frozen=True)
class Message:
    """A message in a response of ReceiveMessage."""

    raw: dict[str, Any]

    @property
    def id(self) -> str:
        """Message ID."""
        return self.raw["MessageId"]

    @property
    def handle(self) -> str:
        """Receipt handle."""
        return self.raw["ReceiptHandle"]

    @property
    def size(self) -> int:
        """Approximate size in the event in bytes."""
        return len(self.raw["Body"].encode()) + 1_000

    def record(self, source_arn: str) -> dict[str, Any]:
        """Return the message as a record of a function's event."""
        attributes = self.raw.get("MessageAttributes") or {}
        record = {
            "messageId": self.id,
            "receiptHandle": self.handle,
            "body": self.raw["Body"],
            "attributes": self.raw.get("Attributes") or {},
            "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
            "md5OfBody": self.raw.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": source_arn,
            "awsRegion": source_arn.split(":")[3],
        }
        if digest := self.raw.get("MD5OfMessageAttributes"):
            record["md5OfMessageAttributes"] = digest
        return record

    def for_patterns(self) -> dict[str, Any]:
        """Return the record for filter criteria, with a JSON body parsed."""
        record = self.record("::::::")
        with contextlib.suppress(ValueError):
            if isinstance(parsed := json.loads(record["body"]), dict | list):
                record["body"] = parsed
        return record


def lambda_event(messages: list[Message], source_arn: str) -> bytes:
    """Return the event of a batch."""
    return json.dumps({"Records": [message.record(source_arn) for message in messages]}).encode()


def failed_ids(payload: bytes, ids: set[str]) -> set[str]:
    """Return the IDs in batchItemFailures; all of *ids* if the response is malformed."""
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return ids
    if not answer:
        return set()
    if not isinstance(answer, dict):
        return ids
    failures = answer.get("batchItemFailures")
    if not failures:
        return set()
    if not isinstance(failures, list):
        return ids
    reported = {item.get("itemIdentifier") if isinstance(item, dict) else None for item in failures}
    return {item for item in reported if item} if reported <= ids else ids


def _attribute(described: dict[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": described.get("DataType", "String"),
    }
    if "StringValue" in described:
        attribute["stringValue"] = described["StringValue"]
    if (binary := described.get("BinaryValue")) is not None:
        attribute["binaryValue"] = base64.b64encode(binary).decode()
    return attribute
