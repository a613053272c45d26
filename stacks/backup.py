"""The backups of an environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from components.data.backup_plan import BackupCopies, BackupPlan, BackupPlanArgs, VaultLock
from components.data.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.data.restore_tests import RestoreNetwork
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    import pulumi

    from components.network.vpc import Vpc
    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import FoundationOutputs, ProtectionSettings


class BackupSettings(SettingsGroup):
    """Backups of databases, tables, buckets and file systems."""

    retention_days: int = pydantic.Field(default=35, ge=7, le=36_500)
    """retention of backups in days, 7 to 36500"""

    compliance_lock: bool = False
    """true for a vault lock in compliance mode, which cannot be removed"""

    copy_region: str | None = pydantic.Field(default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")
    """second Region that gets a copy of each backup, none by default"""

    restore_tests: bool = True
    """true for weekly test restores"""


@dataclass(frozen=True)
class BackupUpstream:
    """Layers and settings that backups depend on."""

    protection: ProtectionSettings
    target: DeploymentTarget
    foundation: FoundationOutputs
    vpc: Vpc


def build(
    settings: BackupSettings,
    upstream: BackupUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Define the backup plan; its vault is locked where the environment protects deletion."""
    protection, target, foundation = upstream.protection, upstream.target, upstream.foundation
    copies = None
    if settings.copy_region is not None:
        key = EncryptionKey(
            "backup-copies",
            EncryptionKeyArgs(
                account_id=target.account,
                region=settings.copy_region,
                key_region=settings.copy_region,
                deletion_window_days=protection.key_deletion_window_days,
                deletion_protection=protection.deletion_protection,
            ),
            opts,
        )
        copies = BackupCopies(region=settings.copy_region, key_arn=key.arn)
    lock = VaultLock.GOVERNANCE if protection.deletion_protection else VaultLock.NONE
    BackupPlan(
        "backups",
        BackupPlanArgs(
            environment=target.environment,
            account_id=target.account,
            key_arn=foundation.key.arn,
            alarms=foundation.alarms,
            retention_days=settings.retention_days,
            lock=VaultLock.COMPLIANCE if settings.compliance_lock else lock,
            copies=copies,
            restore_tests=settings.restore_tests,
            restore_network=RestoreNetwork(
                vpc_id=upstream.vpc.vpc_id, subnet_ids=upstream.vpc.isolated_subnet_ids
            ),
        ),
        opts,
    )
