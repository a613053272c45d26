"""Examples of file systems."""

from __future__ import annotations

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

SYSTEM = "aws:efs/fileSystem:FileSystem"
KEY = "aws:kms/key:Key"
SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"

EXAMPLES = (
    Example(
        type=SYSTEM,
        inputs=lambda stage: {
            "encrypted": True,
            "kmsKeyId": stage.make(KEY)["arn"],
            "throughputMode": "elastic",
            "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}],
            "tags": {"kind": "example"},
        },
        update={"lifecyclePolicies": [], "throughputMode": "bursting", "tags": {}},
        outputs={"performanceMode": "generalPurpose", "numberOfMountTargets": 0},
        values=lambda _: {"protection": {"replicationOverwrite": "DISABLED"}},
        bad={
            "throughputMode": "fast",
            "performanceMode": "fast",
            "provisionedThroughputInMibps": 5.0,
        },
    ),
    Example(
        type=SYSTEM,
        variant="provisioned",
        inputs=lambda _: {"throughputMode": "provisioned", "provisionedThroughputInMibps": 5.0},
        values=lambda _: {"provisionedThroughputInMibps": 10.0},
    ),
    Example(
        type="aws:efs/accessPoint:AccessPoint",
        inputs=lambda stage: {
            "fileSystemId": stage.make(SYSTEM)["id"],
            "posixUser": {"uid": 1000, "gid": 1000},
            "rootDirectory": {
                "path": "/reports",
                "creationInfo": {"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"},
            },
            "tags": {"kind": "example"},
        },
        update={"tags": {}},
        bad={"posixUser": {"uid": -1, "gid": 1000}},
    ),
    Example(
        type="aws:efs/mountTarget:MountTarget",
        inputs=lambda stage: {
            "fileSystemId": stage.make(SYSTEM)["id"],
            "subnetId": stage.make(SUBNET)["id"],
            "securityGroups": [stage.make(GROUP)["id"]],
        },
        values=lambda stage: {
            "securityGroups": [stage.make(GROUP)["id"], stage.create(GROUP, {}, name="b").id]
        },
        bad={"ipv6Address": "::1"},
    ),
    Example(
        type="aws:efs/fileSystemPolicy:FileSystemPolicy",
        inputs=lambda stage: {
            "fileSystemId": stage.make(SYSTEM)["id"],
            "policy": allow("elasticfilesystem:ClientMount"),
        },
        update={"policy": allow("elasticfilesystem:ClientWrite")},
        bad={"policy": "none"},
    ),
    Example(
        type="aws:efs/backupPolicy:BackupPolicy",
        inputs=lambda stage: {
            "fileSystemId": stage.make(SYSTEM)["id"],
            "backupPolicy": {"status": "ENABLED"},
        },
        update={"backupPolicy": {"status": "DISABLED"}},
        bad={"backupPolicy": {"status": "DISABLING"}},
        lasting="EFS has no operation that deletes the policy: it is disabled",
    ),
)
