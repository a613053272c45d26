"""Rules on what happens when a table is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"


@rule(
    TABLE,
    REPLICA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A bad deployment can overwrite a table in seconds; this is the way back.",
    references=(
        "FSBP DynamoDB.2",
        "Config dynamodb-pitr-enabled",
        "Checkov CKV_AWS_28",
        "cdk-nag AwsSolutions-DDB3",
    ),
    remediation="Set point_in_time_recovery.enabled to True.",
    remediate=lambda table: {
        "pointInTimeRecovery": {"enabled": True} if table.type == TABLE else True
    },
)
def dynamodb_point_in_time_recovery(table: Resource) -> Iterator[str]:
    """Tables must be restorable to any second of the last weeks."""
    path = "pointInTimeRecovery.enabled" if table.type == TABLE else "pointInTimeRecovery"
    enabled = table.get(path)
    if enabled is not UNKNOWN and not is_true(enabled):
        yield f"The table '{table.name}' must be restorable: set point_in_time_recovery to enabled."
