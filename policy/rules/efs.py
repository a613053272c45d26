"""Rules on EFS file systems."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.backup_plans import SELECTION, findings_outside_plans
from policy.engine.iam import statements
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.subnets import assigns_public_addresses
from policy.engine.values import UNKNOWN, is_missing

ACCESS_POINT = "aws:efs/accessPoint:AccessPoint"
BACKUP_POLICY = "aws:efs/backupPolicy:BackupPolicy"
FILE_SYSTEM_POLICY = "aws:efs/fileSystemPolicy:FileSystemPolicy"
MOUNT_TARGET = "aws:efs/mountTarget:MountTarget"


@require_value(aws.EFS_FILE_SYSTEM, path="encrypted")
@classify("security", "storage", "high", "mandatory")
def efs_encrypted() -> None:
    """File systems must be encrypted at rest.

    Unencrypted files and their backups can be read by anyone who obtains the storage.

    References: FSBP EFS.1, FSBP EFS.8, CIS 3.0 2.4.1, CIS 7.0 3.3.1, Config efs-encrypted-check,
    Checkov CKV_AWS_42
    """


@stack_rule(aws.EFS_FILE_SYSTEM, FILE_SYSTEM_POLICY)
@classify("security", "storage", "medium", "mandatory")
def efs_policy_requires_tls(stack: Stack) -> Findings:
    """File systems must have a policy that denies clients without TLS.

    Without a policy, every client that reaches a mount target can mount the file system, and read
    and write files over a connection that is not encrypted.
    """
    for system in stack.of_type(aws.EFS_FILE_SYSTEM):
        if stack.has_no_referrer(system, "fileSystemId", FILE_SYSTEM_POLICY, where=_requires_tls):
            yield system.finding(
                f"The file system '{system.name}' must deny clients without TLS: add an"
                ' aws.efs.FileSystemPolicy with a Deny of * for Principal "*", with the condition'
                ' Bool aws:SecureTransport "false".'
            )


def _requires_tls(policy: Resource) -> bool:
    document = policy.document("policy")
    return document is UNKNOWN or any(one.denies_plain_http for one in statements(document))


@stack_rule(aws.EFS_FILE_SYSTEM, SELECTION)
@classify("reliability", "resilience", "medium", "advisory")
def efs_in_backup_plan(stack: Stack) -> Findings:
    """File systems must be in a backup plan.

    A file system has no versions: a deleted or overwritten file can only be restored from a backup.

    References: FSBP EFS.2, Config efs-in-backup-plan
    """
    yield from findings_outside_plans(stack, "file system", stack.of_type(aws.EFS_FILE_SYSTEM))


@stack_rule(aws.EFS_FILE_SYSTEM, BACKUP_POLICY)
@classify("reliability", "resilience", "medium", "advisory")
def efs_automatic_backups(stack: Stack) -> Findings:
    """File systems must have automatic backups.

    The default backup plan of EFS keeps daily backups for 35 days, also where no other plan selects
    the file system.

    References: FSBP EFS.7, Config efs-automatic-backups-enabled
    """
    for system in stack.of_type(aws.EFS_FILE_SYSTEM):
        if stack.has_no_referrer(system, "fileSystemId", BACKUP_POLICY, where=_has_backups):
            yield system.finding(
                f"The file system '{system.name}' must have automatic backups: add an"
                ' aws.efs.BackupPolicy with backup_policy.status="ENABLED".'
            )


def _has_backups(policy: Resource) -> bool:
    return policy.get("backupPolicy.status") in ("ENABLED", UNKNOWN)


@stack_rule(MOUNT_TARGET, aws.SUBNET)
@classify("security", "network", "medium", "mandatory")
def efs_mount_target_not_public(stack: Stack) -> Findings:
    """Mount targets of file systems must not be in a subnet that assigns public IP addresses.

    A mount target with a public address can be reached from outside the VPC.

    References: FSBP EFS.6, Config efs-mount-target-public-accessible
    """
    for target in stack.of_type(MOUNT_TARGET):
        if assigns_public_addresses(stack, target, "subnetId"):
            yield target.finding(
                f"The mount target '{target.name}' must not be in a subnet that assigns public IP"
                " addresses: set subnet_id to a private subnet."
            )


@rule(ACCESS_POINT)
@classify("security", "storage", "medium", "mandatory")
def efs_access_point_root_directory(point: Resource) -> Messages:
    """Access points of file systems must have a root directory other than "/".

    An access point at "/" exposes the files of all other clients.

    References: FSBP EFS.3, Config efs-access-point-enforce-root-directory, Checkov CKV_AWS_329
    """
    path = point.get("rootDirectory.path")
    if is_missing(path) or path == "/":
        yield (
            f"The access point '{point.name}' must have its own root directory: set"
            ' root_directory.path to a directory below "/".'
        )


@rule(ACCESS_POINT)
@classify("security", "storage", "medium", "mandatory")
def efs_access_point_user(point: Resource) -> Messages:
    """Access points of file systems must enforce a POSIX user.

    Without an enforced POSIX user, clients choose their own user ID and bypass file permissions.

    References: FSBP EFS.4, Config efs-access-point-enforce-user-identity, Checkov CKV_AWS_330
    """
    absent = [f"posix_user.{one}" for one in ("uid", "gid") if point.is_missing(f"posixUser.{one}")]
    if absent:
        yield (
            f"The access point '{point.name}' must enforce a POSIX user: set"
            f" {' and '.join(absent)}."
        )
