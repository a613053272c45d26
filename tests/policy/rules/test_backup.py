"""Tests of policy.rules.backup."""

from policy.rules.backup import backup_vault_own_key
from policy.testing import check


def test_backup_vault_own_key():
    check(
        backup_vault_own_key,
        "aws:backup/vault:Vault",
        {"name": "shop", "kmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/1234"},
        broken=[{"kmsKeyArn": None}, {"kmsKeyArn": ""}],
        unknown_at=["kmsKeyArn"],
    )
