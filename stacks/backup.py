"""The backups of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydantic

from components.data.backup_plan import BackupPlan, BackupPlanArgs, VaultLock
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    import pulumi

    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import FoundationOutputs, ProtectionSettings


class BackupSettings(SettingsGroup):
    """Backups of databases, tables, buckets and file systems."""

    retention_days: int = pydantic.Field(default=35, ge=7, le=36_500)
    """retention of backups in days, 7 to 36500"""

    compliance_lock: bool = False
    """true for a lock that nobody can remove, and no backup can be deleted early; irreversible"""

    restore_tests: bool = True
    """true for weekly test restores"""


def build(
    settings: BackupSettings,
    protection: ProtectionSettings,
    target: DeploymentTarget,
    foundation: FoundationOutputs,
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Define the backup plan; its vault is locked where the environment protects deletion."""
    lock = VaultLock.GOVERNANCE if protection.deletion_protection else VaultLock.NONE
    BackupPlan(
        "backups",
        BackupPlanArgs(
            environment=target.environment,
            account_id=target.account,
            key_arn=foundation.key.arn,
            alarm_topic_arn=foundation.alarm_topic.arn,
            retention_days=settings.retention_days,
            lock=VaultLock.COMPLIANCE if settings.compliance_lock else lock,
            restore_tests=settings.restore_tests,
        ),
        opts,
    )
