"""Rules on log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import UNKNOWN, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


@rule(
    LOG_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Logs that are kept for ever cost for ever, and hold data that should be gone.",
    references=("Config cw-loggroup-retention-period-check", "Checkov CKV_AWS_66"),
)
def log_group_retention(group: Resource) -> Iterator[str]:
    """Log groups must say how long they keep their events."""
    days = group.get("retentionInDays")
    if days is UNKNOWN or group.get("logGroupClass") in ("DELIVERY", UNKNOWN):
        return
    if (number(days) or 0) <= 0:
        yield f"The log group '{group.name}' must end somewhere: set retention_in_days above 0."
