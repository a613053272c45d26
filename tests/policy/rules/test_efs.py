"""Tests of policy.rules.efs."""

from policy.rules.efs import efs_access_point_root_directory, efs_access_point_user, efs_encrypted
from policy.testing import check, unknown

POINT = "aws:efs/accessPoint:AccessPoint"
WHOLE = {
    "fileSystemId": "fs-1234",
    "posixUser": {"uid": 1000, "gid": 1000},
    "rootDirectory": {"path": "/orders", "creationInfo": {"ownerUid": 1000}},
}


def test_efs_encrypted():
    check(
        efs_encrypted,
        "aws:efs/fileSystem:FileSystem",
        {"creationToken": "orders", "encrypted": True, "throughputMode": "elastic"},
        broken=[{"encrypted": False}, {"encrypted": None}],
        unknown_at=["encrypted"],
    )


def test_efs_access_point_root_directory():
    check(
        efs_access_point_root_directory,
        POINT,
        WHOLE,
        kept=[{"rootDirectory": {"path": unknown}}],
        broken=[{"rootDirectory": None}, {"rootDirectory": {"path": "/"}}, {"rootDirectory": {}}],
        unknown_at=["rootDirectory"],
    )


def test_efs_access_point_user():
    check(
        efs_access_point_user,
        POINT,
        WHOLE,
        kept=[{"posixUser": {"uid": 0, "gid": unknown}}],
        broken=[{"posixUser": None}, {"posixUser": {"uid": 1000}}, {"posixUser": {"gid": 1000}}],
        unknown_at=["posixUser"],
    )
