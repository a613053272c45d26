"""Rules on AWS Backup vaults."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import classify


@require_value(
    aws.BACKUP_VAULT, path="kmsKeyArn", value=is_customer_managed_key, hint="to a KMS key"
)
@classify("security", "storage", "medium", "mandatory")
def backup_vault_own_key() -> None:
    """Backup vaults must be encrypted with a customer managed key.

    Backups encrypted with an AWS managed key cannot be copied to another account.

    References: FSBP Backup.1, Checkov CKV_AWS_166
    """
