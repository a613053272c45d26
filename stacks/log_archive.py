"""The archive of logs: which log groups are delivered to a locked bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.observability.log_archive import LogArchive, LogArchiveArgs
from stacks import account
from stacks.observability import ArchiveScope

if TYPE_CHECKING:
    from components.logs import ArchiveTarget, LogSettings
    from stacks.account import AccountSettings
    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import FoundationOutputs, ProtectionSettings
    from stacks.observability import ObservabilitySettings

NAME = "log-archive"


@dataclass(frozen=True, kw_only=True)
class LogArchiveUpstream:
    """Layers and settings that the archive depends on."""

    account_settings: AccountSettings
    protection: ProtectionSettings
    target: DeploymentTarget
    foundation: FoundationOutputs
    logs: LogSettings


@dataclass(frozen=True, kw_only=True)
class LogArchiveOutputs:
    """The archive of this stack, and what its log groups subscribe to."""

    archive: LogArchive | None = None
    """None if nothing is archived, or another stack archives the whole account."""

    of_groups: ArchiveTarget | None = None
    """None if log groups have no subscription filter of their own."""


def build(
    settings: ObservabilitySettings,
    upstream: LogArchiveUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> LogArchiveOutputs:
    """Define the archive that *settings* ask for."""
    whole = settings.archive is ArchiveScope.ACCOUNT
    elsewhere = whole and upstream.account_settings is account.AccountSettings.EXTERNAL
    if settings.archive is ArchiveScope.OFF or elsewhere:
        return LogArchiveOutputs()
    base, target = upstream.foundation, upstream.target
    archive = LogArchive(
        NAME,
        LogArchiveArgs(
            account_id=target.account,
            key_arn=base.key.arn,
            alarms=base.alarms,
            logs=upstream.logs,
            retention_days=settings.archive_days,
            buffer_seconds=settings.archive_buffer_seconds,
            deletion_protection=upstream.protection.deletion_protection,
        ),
        opts,
    )
    if whole:
        account.archive_every_log_group(archive, f"{target.environment}-{NAME}", opts)
        return LogArchiveOutputs(archive=archive)
    return LogArchiveOutputs(archive=archive, of_groups=archive.target)


def log_access(
    built: LogArchiveOutputs,
    access_log_bucket: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Log every access to the archive; the bucket of access logs is made after log groups."""
    if built.archive is not None:
        aws.s3.BucketLogging(
            f"{NAME}-logging",
            bucket=built.archive.bucket_name,
            target_bucket=access_log_bucket,
            target_prefix=pulumi.Output.concat("s3/", built.archive.bucket_name, "/"),
            opts=opts,
        )
