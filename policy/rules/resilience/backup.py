"""Rules on what AWS Backup takes care of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.backup_plans import SELECTION, selects
from policy.engine.rule import Finding, Level, Severity, stack_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.stack import Stack

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
TABLE = "aws:dynamodb/table:Table"


@stack_rule(
    INSTANCE,
    CLUSTER,
    SELECTION,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Its own backups are in the same account, and gone with it; a plan copies them elsewhere.",
    references=(
        "FSBP RDS.26",
        "Config rds-in-backup-plan",
        "Config rds-resources-protected-by-backup-plan",
        "Checkov CKV2_AWS_8",
    ),
)
def rds_in_backup_plan(stack: Stack) -> Iterator[Finding]:
    """Databases must be in a backup plan."""
    selections = stack.of(SELECTION)
    for database in stack.of(INSTANCE, CLUSTER):
        if not database.is_missing("replicateSourceDb"):
            continue
        if not any(selects(stack, one, database) for one in selections):
            text = (
                f"The database '{database.name}' must be in a backup plan: add its ARN to resources"
                " of a backup Selection, or a tag that its selection_tags select."
            )
            yield Finding(text, database.urn)


@stack_rule(
    TABLE,
    SELECTION,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Its own backups are in the same account, and gone with it; a plan copies them elsewhere.",
    references=("FSBP DynamoDB.4", "Config dynamodb-in-backup-plan"),
)
def dynamodb_in_backup_plan(stack: Stack) -> Iterator[Finding]:
    """Tables must be in a backup plan."""
    selections = stack.of(SELECTION)
    for table in stack.of(TABLE):
        if not any(selects(stack, one, table) for one in selections):
            text = (
                f"The table '{table.name}' must be in a backup plan: add its ARN to resources of a"
                " backup Selection, or a tag that its selection_tags select."
            )
            yield Finding(text, table.urn)
