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
        window_seconds=answer.get("MaximumBatchingWindowInSeconds") or 0,
        max_concurrency=scaling.get("MaximumConcurrency") or DEFAULT_CONCURRENCY,
        reports_item_failures="ReportBatchItemFailures"
        in (answer.get("FunctionResponseTypes") or []),
        patterns=tuple(rule["Pattern"] for rule in filters if json.loads(rule["Pattern"])),
        enabled=answer.get("State", "Enabled") in ENABLED,
    )
