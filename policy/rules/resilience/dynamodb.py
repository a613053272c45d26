"""Rules on tables that have to survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.remedy import inputs
from policy.engine.rule import Finding, Level, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, is_off, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

TABLE = "aws:dynamodb/table:Table"
TABLE_REPLICA = "aws:dynamodb/tableReplica:TableReplica"
TARGET = "aws:appautoscaling/target:Target"


def _restorable(table: Resource) -> dict[str, Any]:
    if table.type != TABLE:
        return {"pointInTimeRecovery": True}
    return inputs(table, {"pointInTimeRecovery.enabled": True})


@rule(
    TABLE,
    TABLE_REPLICA,
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
    remediate=_restorable,
)
def dynamodb_point_in_time_recovery(table: Resource) -> Iterator[str]:
    """Tables must be restorable to any second of the last weeks."""
    path = "pointInTimeRecovery.enabled" if table.type == TABLE else "pointInTimeRecovery"
    enabled = table.get(path)
    if enabled is not UNKNOWN and not is_true(enabled):
        yield f"The table '{table.name}' must be restorable: set point_in_time_recovery to enabled."


@stack_rule(
    TABLE,
    TARGET,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A table whose capacity stands still refuses requests as soon as there are more of them.",
    references=("FSBP DynamoDB.1", "Config dynamodb-autoscaling-enabled", "Checkov CKV2_AWS_16"),
)
def dynamodb_capacity_scales(stack: Stack) -> Iterator[Finding]:
    """Tables must grow with their load."""
    for table in stack.of(TABLE):
        if table.get("billingMode") in ("PAY_PER_REQUEST", UNKNOWN):
            continue
        named = f"table/{table.get('name')}"
        targets = [one for one in stack.of(TARGET) if _is_for_tables(one)]
        if any(one.get("resourceId") == named for one in targets):
            continue
        if stack.lacks(table, "resourceId", TARGET, where=_is_for_tables):
            text = (
                f"The table '{table.name}' must grow with its load: set billing_mode to"
                ' "PAY_PER_REQUEST", or add an appautoscaling Target for it.'
            )
            yield Finding(text, table.urn)


def _is_for_tables(target: Resource) -> bool:
    return target.get("serviceNamespace") in ("dynamodb", UNKNOWN)


@rule(
    TABLE,
    TABLE_REPLICA,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="A table that is deleted by mistake comes back from a backup, after hours.",
    references=("FSBP DynamoDB.6", "Config dynamodb-table-deletion-protection-enabled"),
    remediation="Set deletion_protection_enabled to True.",
    remediate=lambda _: {"deletionProtectionEnabled": True},
)
def dynamodb_deletion_protection(table: Resource) -> Iterator[str]:
    """Tables must be protected against deletion."""
    if is_off(table.get("deletionProtectionEnabled")):
        yield f"The table '{table.name}' must be protected: set deletion_protection_enabled=True."
