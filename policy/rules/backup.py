"""Rules on AWS Backup vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Concern, Level, Pack, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

VAULT = "aws:backup/vault:Vault"


@rule(
    VAULT,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A backup under AWS's own key cannot be copied to the account that survives an attack.",
    references=("FSBP Backup.1", "Checkov CKV_AWS_166"),
)
def backup_vault_own_key(vault: Resource) -> Iterator[str]:
    """Backup vaults must be encrypted with an own key."""
    if vault.is_missing("kmsKeyArn"):
        yield (
            f"The backup vault '{vault.name}' must have a key of its own: set kms_key_arn to a KMS"
            " key."
        )
