"""Rules on EFS file systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.requirement import require_value
from policy.engine.resource_types import EFS_FILE_SYSTEM
from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ACCESS_POINT = "aws:efs/accessPoint:AccessPoint"


@require_value(
    EFS_FILE_SYSTEM,
    path="encrypted",
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Unencrypted files and their backups can be read by anyone who obtains the storage.",
    references=(
        "FSBP EFS.1",
        "FSBP EFS.8",
        "CIS 3.0 2.4.1",
        "CIS 7.0 3.3.1",
        "Config efs-encrypted-check",
        "Checkov CKV_AWS_42",
    ),
)
def efs_encrypted() -> None:
    """File systems must be encrypted at rest."""


@rule(
    ACCESS_POINT,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why='An access point at "/" exposes the files of all other clients.',
    references=(
        "FSBP EFS.3",
        "Config efs-access-point-enforce-root-directory",
        "Checkov CKV_AWS_329",
    ),
)
def efs_access_point_root_directory(point: Resource) -> Iterator[str]:
    """Access points of file systems must have a root directory other than "/"."""
    path = point.get("rootDirectory.path")
    if is_missing(path) or path == "/":
        yield (
            f"The access point '{point.name}' must have its own root directory: set"
            ' root_directory.path to a directory below "/".'
        )


@rule(
    ACCESS_POINT,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "Without an enforced POSIX user, clients choose their own user ID and bypass file"
        " permissions."
    ),
    references=(
        "FSBP EFS.4",
        "Config efs-access-point-enforce-user-identity",
        "Checkov CKV_AWS_330",
    ),
)
def efs_access_point_user(point: Resource) -> Iterator[str]:
    """Access points of file systems must enforce a POSIX user."""
    absent = [f"posix_user.{one}" for one in ("uid", "gid") if point.is_missing(f"posixUser.{one}")]
    if absent:
        yield (
            f"The access point '{point.name}' must enforce a POSIX user: set"
            f" {' and '.join(absent)}."
        )
