"""Rules on AWS Backup vaults."""

from __future__ import annotations

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.resource_types import BACKUP_VAULT
from policy.engine.rule import Concern, Level, Pack, Severity


@require_value(
    BACKUP_VAULT,
    path="kmsKeyArn",
    value=is_customer_managed_key,
    hint="to a KMS key",
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Backups encrypted with an AWS managed key cannot be copied to another account.",
    references=("FSBP Backup.1", "Checkov CKV_AWS_166"),
)
def backup_vault_own_key() -> None:
    """Backup vaults must be encrypted with a customer managed key."""
