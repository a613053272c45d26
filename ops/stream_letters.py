"""The dead letters of streams: batches that a function could not process, in a bucket."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ops.errors import CommandError
from ops.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUCKET = re.compile(r"-dead-letters(-bucket)?-[0-9a-f]{6}$")
MAPPINGS = "aws/lambda/"  # Lambda's prefix, followed by the ID of the event source mapping
SUFFIX = re.compile(r"(-stream|-table|-function)?-[0-9a-f]{6}$")
GIVEN_UP = ("RetryAttemptsExhausted", "RecordAgeExceeded")
FUNCTION = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d+:function:")
BATCH = re.compile(r"BatchInfo$")


@dataclass(frozen=True)
class StreamLetters:
    """The letters of one event source mapping."""

    name: str
    s3: Any
    functions: Any
    """A client of Lambda."""
    bucket: str
    prefix: str
    destination: str
    """The function, by its ARN or its name."""

    def count(self) -> int:
        """Return the number of batches."""
        return sum(1 for _ in _objects(self.s3, self.bucket, self.prefix))

    def letters(self, limit: int) -> list[Letter]:
        """Return up to *limit* of them, the oldest first."""
        found = sorted(
            _objects(self.s3, self.bucket, self.prefix), key=lambda one: one["LastModified"]
        )
        return [self._letter(one) for one in found[:limit]]

    def send_back(self) -> int:
        """Invoke the function with each batch, in order, up to the first that fails again."""
        letters = self.letters(self.count())
        for sent, letter in enumerate(letters):
            answer = self.functions.invoke(FunctionName=self.destination, Payload=letter.body)
            payload = answer["Payload"].read().decode()
            if answer.get("FunctionError") or _failures(payload):
                raise CommandError(
                    f"{sent} of {len(letters)} batches of {self.name} were processed, and then"
                    f" {letter.id} failed again: {payload[:200]}\n"
                    f"Mend the function, and run it again: bulkhead dead-letters send-back"
                    f" {self.name}"
                )
            self.discard([letter])
        return len(letters)

    def discard(self, letters: Sequence[Letter]) -> None:
        """Delete *letters*."""
        for letter in letters:
            self.s3.delete_object(Bucket=self.bucket, Key=letter.receipt)

    def _letter(self, listed: dict[str, Any]) -> Letter:
        record = _record(self.s3, self.bucket, listed["Key"])
        reason = str(record.get("requestContext", {}).get("condition", "unknown"))
        attempts = record.get("requestContext", {}).get("approximateInvokeCount", 0)
        return Letter(
            listed["Key"].rpartition("/")[2],
            listed["LastModified"],
            _told(reason, attempts),
            str(record.get("payload", "")),
            listed["Key"],
        )


def _told(reason: str, attempts: int) -> str:
    if reason not in GIVEN_UP:
        return reason  # of the function itself
    return f"{reason} after {attempts} invocations: see the log of the function"


def of_environment(s3: Any, functions: Any, environment: str) -> Iterator[StreamLetters]:
    """Yield the letters of each event source mapping of *environment*."""
    for bucket in s3.list_buckets()["Buckets"]:
        name: str = bucket["Name"]
        if not name.startswith(f"bulkhead-{environment}-") or not BUCKET.search(name):
            continue
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=name, Prefix=MAPPINGS, Delimiter="/"
        )
        for prefix in (one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())):
            first = next(_objects(s3, name, prefix), None)
            if first is None:
                continue
            record = _record(s3, name, first["Key"])
            function = str(record["requestContext"]["functionArn"])
            if not FUNCTION.match(function):  # the function wrote it itself, below its name
                function = prefix.removeprefix(MAPPINGS).rstrip("/")
            consumer = _consumer(record, function, environment)
            yield StreamLetters(consumer, s3, functions, name, prefix, function)


def _consumer(record: dict[str, Any], function: str, environment: str) -> str:
    """Return `<service>-<event>` from the names of the function and of what it reads."""
    service = SUFFIX.sub(
        "", FUNCTION.sub("", function).split(":")[0].removeprefix(f"{environment}-")
    )
    arns = (str(about["streamArn"]) for key, about in record.items() if BATCH.search(key))
    source = next(arns, "").partition("/")[2].partition("/")[0]
    return f"{service}-{SUFFIX.sub('', source.removeprefix(f'bulkhead-{environment}-'))}"


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        yield from page.get("Contents", ())


def _record(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def _failures(payload: str) -> bool:
    try:
        answer = json.loads(payload)
    except ValueError:
        return True
    return bool(cast("dict[str, Any]", answer).get("batchItemFailures")) if answer else False
