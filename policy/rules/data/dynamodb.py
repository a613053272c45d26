"""Rules on tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, When, rule
from policy.engine.values import is_missing, is_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

TABLE = "aws:dynamodb/table:Table"
TABLE_REPLICA = "aws:dynamodb/tableReplica:TableReplica"


@rule(
    TABLE,
    TABLE_REPLICA,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why="Only a key of one's own can be taken away from whoever copied the data.",
    references=(
        "Config dynamodb-table-encrypted-kms",
        "Checkov CKV_AWS_119",
        "Checkov CKV_AWS_271",
    ),
)
def dynamodb_own_key(table: Resource) -> Iterator[str]:
    """Tables with sensitive data must be encrypted with a key of the account."""
    if table.type == TABLE_REPLICA:
        if table.is_missing("kmsKeyArn"):
            yield f"The replica '{table.name}' must have a key of its own: set kms_key_arn."
        return
    encryption = "serverSideEncryption"
    if is_off(table.get(f"{encryption}.enabled")) or table.is_missing(f"{encryption}.kmsKeyArn"):
        yield (
            f"The table '{table.name}' must be encrypted with a key of its own: set"
            " server_side_encryption with enabled=True and kms_key_arn."
        )
    if any(is_missing(replica.get("kmsKeyArn")) for replica in table.entries("replicas")):
        yield (
            f"Each replica of the table '{table.name}' must have a key of its own: set"
            " replicas.kms_key_arn."
        )
