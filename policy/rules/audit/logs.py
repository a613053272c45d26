"""Rules on log groups that hold evidence."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.settings import Settings
from policy.engine.values import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


@rule(
    LOG_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="An attack is found after months on average; by then the logs must still be there.",
    params={
        "auditNames": ["*cloudtrail*", "*audit*", "aws-waf-logs-*", "*flow-log*"],
        "minDays": 365,
    },
    references=("Checkov CKV_AWS_338",),
)
def log_group_audit_retention(group: Resource) -> Iterator[str]:
    """Log groups with evidence must keep their events for a year or more."""
    days, least = number(group.get("retentionInDays")), group.params["minDays"]
    if days is not None and 0 < days < least and _is_evidence(group):
        yield (
            f"The log group '{group.name}' must keep its evidence: set retention_in_days to"
            f" {least:.0f} or more."
        )


def _is_evidence(group: Resource) -> bool:
    name = group.get("name")
    by_name = isinstance(name, str) and any(
        fnmatchcase(name.lower(), one.lower()) for one in group.params["auditNames"]
    )
    return by_name or group.tag((group.settings or Settings()).purpose_tag) == "audit"
