"""A backup plan on AWS Backup for the stores of an environment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import as_inputs, require_between
from components.data.restore_tests import (
    ENVIRONMENT_TAG,
    RestoreNetwork,
    RestoreTests,
    make_restore_tests,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting

NIGHTLY = "cron(0 2 * * ? *)"
START_MINUTES, COMPLETION_MINUTES = 60, 720
MIN_RETENTION_DAYS, MAX_RETENTION_DAYS = 1, 36_500  # range of AWS Backup
COOLING_OFF_DAYS = 3  # shortest time in which a compliance lock can still be removed
DAY_SECONDS = 86_400
SERVICE_TAG = "aws:ResourceTag/service"
PLATFORM = "platform"
SELECTED = (
    "arn:aws:dynamodb:*:*:table/*",
    "arn:aws:elasticfilesystem:*:*:file-system/*",
    "arn:aws:rds:*:*:cluster:*",
    "arn:aws:rds:*:*:db:*",
    "arn:aws:s3:::*",
)
MANAGED_POLICIES = {
    "backup": "service-role/AWSBackupServiceRolePolicyForBackup",
    "restore": "service-role/AWSBackupServiceRolePolicyForRestores",
    "s3-backup": "AWSBackupServiceRolePolicyForS3Backup",
    "s3-restore": "AWSBackupServiceRolePolicyForS3Restore",
}
"""AWS keeps them up to date with what each service needs for a backup."""


class VaultLock(StrEnum):
    """Who can delete backups before the end of their retention."""

    NONE = "none"
    GOVERNANCE = "governance"
    """Those who may remove the lock."""
    COMPLIANCE = "compliance"
    """Nobody, not even AWS, three days after it was set."""


@dataclass(frozen=True, kw_only=True)
class BackupCopies:
    """A second Region that gets a copy of each backup."""

    region: str
    """The Region."""

    key_arn: pulumi.Input[str]
    """KMS key of the copies, in that Region."""


@dataclass(frozen=True, kw_only=True)
class BackupPlanArgs:
    """Environment, retention and lock of the backups."""

    environment: str
    """Value of the tag `environment` of what is backed up."""

    account_id: pulumi.Input[str]
    """Account in the trust policy's `aws:SourceAccount` condition."""

    key_arn: pulumi.Input[str]
    """KMS key of the backups."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    retention_days: int = 35
    """Days after which a backup is deleted."""

    lock: VaultLock = VaultLock.GOVERNANCE
    """Lock of the vault."""

    copies: BackupCopies | None = None
    """Copies in a second Region; default: none."""

    restore_tests: bool = True
    """Weekly test restores of tables, file systems and buckets, and of databases."""

    restore_network: RestoreNetwork | None = None
    """Network of the databases that test restores make; None: databases are not tested."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a retention that AWS Backup does not offer."""
        low, high = MIN_RETENTION_DAYS, MAX_RETENTION_DAYS
        require_between("retention_days", self.retention_days, low, high)


class BackupPlan(pulumi.ComponentResource):
    """Nightly backups of every store of the environment's services, in a vault of its own."""

    vault_name: pulumi.Output[str]
    plan_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: BackupPlanArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the plan *name*."""
        super().__init__("bulkhead:data:BackupPlan", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        vault = self._vault(name, args, args.key_arn)
        copies: list[aws.backup.PlanRuleCopyActionArgsDict] = []
        if args.copies is not None:
            other = self._vault(
                f"{name}-copies", args, args.copies.key_arn, region=args.copies.region
            )
            kept: aws.backup.PlanRuleCopyActionLifecycleArgsDict = {
                "delete_after": args.retention_days
            }
            copies.append({"destination_vault_arn": other.arn, "lifecycle": kept})
        plan = aws.backup.Plan(
            f"{name}-plan",
            rules=[
                {
                    "rule_name": "nightly",
                    "target_vault_name": vault.name,
                    "schedule": NIGHTLY,
                    "start_window": START_MINUTES,
                    "completion_window": COMPLETION_MINUTES,
                    "lifecycle": {"delete_after": args.retention_days},
                    "copy_actions": copies or None,
                }
            ],
            tags=args.tags,
            opts=child,
        )
        role_arn = self._role(name, args)
        aws.backup.Selection(
            f"{name}-stores",
            plan_id=plan.id,
            iam_role_arn=role_arn,
            resources=list(SELECTED),
            conditions=[
                {
                    "string_equals": [{"key": ENVIRONMENT_TAG, "value": args.environment}],
                    # What the platform keeps, such as access logs, can be lost.
                    "string_not_equals": [{"key": SERVICE_TAG, "value": PLATFORM}],
                }
            ],
            opts=child,
        )
        if args.restore_tests:
            tests = RestoreTests(
                environment=args.environment,
                vault_arn=vault.arn,
                role_arn=role_arn,
                network=args.restore_network,
                tags=args.tags,
            )
            make_restore_tests(name, tests, child)
        failed = Alarm(
            kind=AlarmKind.BACKUP_FAILED,
            description="Backup jobs failed: the console of AWS Backup has the reasons",
            namespace="AWS/Backup",
            metric="NumberOfBackupJobsFailed",
            dimensions={"BackupVaultName": vault.name},
            threshold=0,
            period_seconds=DAY_SECONDS,
        )
        make_alarm(f"{name}-failed", failed, args.alarms, child, args.tags)

        self.vault_name = vault.name
        self.plan_id = plan.id
        self.register_outputs({"vault_name": self.vault_name, "plan_id": self.plan_id})

    def _vault(
        self,
        name: str,
        args: BackupPlanArgs,
        key_arn: pulumi.Input[str],
        *,
        region: str | None = None,
    ) -> aws.backup.Vault:
        """Define a vault and its lock; *region* defaults to the provider's."""
        locked = args.lock is not VaultLock.NONE
        vault = aws.backup.Vault(
            f"{name}-vault",
            kms_key_arn=key_arn,
            force_destroy=not locked,
            region=region,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=locked),
        )
        if locked:
            aws.backup.VaultLockConfiguration(
                f"{name}-lock",
                backup_vault_name=vault.name,
                min_retention_days=args.retention_days,
                changeable_for_days=COOLING_OFF_DAYS if args.lock is VaultLock.COMPLIANCE else None,
                region=region,
                opts=pulumi.ResourceOptions(parent=self),
            )
        return vault

    def _role(self, name: str, args: BackupPlanArgs) -> pulumi.Output[str]:
        """Define the role of backups and restores, with the policies that AWS maintains."""
        child = pulumi.ResourceOptions(parent=self)
        use = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        keys = [args.key_arn, *([args.copies.key_arn] if args.copies else [])]
        role = make_role(
            f"{name}-role",
            RoleArgs(
                service="backup.amazonaws.com",
                description="Backs up and restores the stores of services",
                statements=[Statement(actions=use, resources=keys)],
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        for part, policy in MANAGED_POLICIES.items():
            aws.iam.RolePolicyAttachment(
                f"{name}-{part}-policy",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/{policy}",
                opts=child,
            )
        return role.arn
