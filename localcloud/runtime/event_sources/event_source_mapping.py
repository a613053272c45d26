"""The configuration of an event source mapping."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MAX_RECEIVED_MESSAGES = 10
"""Maximum messages per ReceiveMessage."""
DEFAULT_CONCURRENCY = 5
"""Concurrent batches of one mapping: Lambda starts with five."""
ENABLED = frozenset({"Enabled", "Enabling", "Creating", "Updating"})


@dataclass(frozen=True, kw_only=True)
class EventSourceMapping:
    """One event source mapping from a queue to a function."""

    uuid: str
    source_arn: str
    function_arn: str
    batch_size: int
    window_seconds: int
    max_concurrency: int
    reports_item_failures: bool
    patterns: tuple[str, ...]
    """Filter patterns, as JSON; a message that matches none is deleted."""
    enabled: bool
    starting_position: str = ""
    """Of a stream: TRIM_HORIZON, LATEST or AT_TIMESTAMP."""
    starting_timestamp: float | None = None
    """Time of AT_TIMESTAMP in seconds since the epoch."""
    parallelization: int = 1
    """Concurrent batches of a shard."""
    bisects: bool = False
    """Whether a batch is split after an error of the function."""
    max_retries: int | None = None
    """Retries of a batch of a stream; None: until its records expire."""
    max_age_seconds: int | None = None
    """Age up to which records of a stream are delivered; None: until they expire."""
    on_failure: str = ""
    """ARN of the destination of failed batches of a stream."""

    @property
    def function_name(self) -> str:
        """Name of the function."""
        return self.function_arn.split(":")[6]

    @property
    def region(self) -> str:
        """The region of the queue."""
        return self.source_arn.split(":")[3]

    @property
    def account(self) -> str:
        """The account of the queue."""
        return self.source_arn.split(":")[4]

    @property
    def queue(self) -> str:
        """The name of the queue."""
        return self.source_arn.split(":")[5]

    @property
    def service(self) -> str:
        """The service of the event source: `sqs`, `kinesis`, `dynamodb`."""
        return self.source_arn.split(":")[2]


def parse_mapping(answer: dict[str, Any]) -> EventSourceMapping:
    """Return one element of ListEventSourceMappings as a mapping."""
    scaling = answer.get("ScalingConfig") or {}
    filters = (answer.get("FilterCriteria") or {}).get("Filters") or []
    return EventSourceMapping(
        uuid=answer["UUID"],
        source_arn=answer.get("EventSourceArn", ""),
        function_arn=answer["FunctionArn"],
        batch_size=answer.get("BatchSize") or MAX_RECEIVED_MESSAGES,
        **_of_stream(answer),
        window_seconds=answer.get("MaximumBatchingWindowInSeconds") or 0,
        max_concurrency=scaling.get("MaximumConcurrency") or DEFAULT_CONCURRENCY,
        reports_item_failures="ReportBatchItemFailures"
        in (answer.get("FunctionResponseTypes") or []),
        patterns=tuple(rule["Pattern"] for rule in filters if json.loads(rule["Pattern"])),
        enabled=answer.get("State", "Enabled") in ENABLED,
    )


def _of_stream(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what only mappings of streams have; -1 is no limit."""
    retries, age = (
        answer.get("MaximumRetryAttempts", -1),
        answer.get("MaximumRecordAgeInSeconds", -1),
    )
    at = answer.get("StartingPositionTimestamp")
    destination = (answer.get("DestinationConfig") or {}).get("OnFailure") or {}
    return {
        "starting_position": answer.get("StartingPosition") or "",
        "starting_timestamp": at.timestamp() if at else None,
        "parallelization": answer.get("ParallelizationFactor") or 1,
        "bisects": bool(answer.get("BisectBatchOnFunctionError")),
        "max_retries": None if retries < 0 else retries,
        "max_age_seconds": None if age < 0 else age,
        "on_failure": destination.get("Destination") or "",
    }
