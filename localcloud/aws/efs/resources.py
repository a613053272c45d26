"""EFS: file systems, their policies, access points and mount targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.documents import json_failures
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TAGS = Tagging(
    tag="TagResource",
    untag="UntagResource",
    read="ListTagsForResource",
    keys={"ResourceId": "id"},
)
PROVISIONED = "provisioned"
PERFORMANCE = ("generalPurpose", "maxIO")
CREATE = Op(name="CreateFileSystem", rename={"lifecyclePolicies": "", "protection": ""})
THROUGHPUT = frozenset({"throughputMode", "provisionedThroughputInMibps"})


def create(context: Context) -> str:
    """Create the file system, then set its lifecycle and its protection."""
    made = context.call_with_inputs(CREATE)
    context.id = made["FileSystemId"]
    if context.inputs.get("lifecyclePolicies"):
        set_lifecycle(context)
    if context.inputs.get("protection"):
        set_protection(context)
    return context.id


def set_lifecycle(context: Context) -> None:
    """Set the lifecycle policies."""
    op = Op(name="PutLifecycleConfiguration", keys={"FileSystemId": "id"}, only="lifecyclePolicies")
    context.call_with_inputs(op) if context.inputs.get("lifecyclePolicies") else context.call(
        "PutLifecycleConfiguration", FileSystemId=context.id, LifecyclePolicies=[]
    )


def set_protection(context: Context) -> None:
    """Set the protection from being overwritten by replication."""
    wanted = (context.inputs.get("protection") or {}).get("replicationOverwrite") or "ENABLED"
    context.call(
        "UpdateFileSystemProtection",
        FileSystemId=context.id,
        ReplicationOverwriteProtection=wanted,
    )


def read(context: Context) -> Properties | None:
    """Return the file system with its lifecycle policies."""
    found = context.call("DescribeFileSystems", FileSystemId=context.id)["FileSystems"]
    if not found:
        return None
    lifecycle = context.call("DescribeLifecycleConfiguration", FileSystemId=context.id)
    overwrite = found[0]["FileSystemProtection"]["ReplicationOverwriteProtection"]
    return {
        **found[0],
        "LifecyclePolicies": lifecycle["LifecyclePolicies"],
        "protection": {"replicationOverwrite": overwrite},
        "arn": found[0]["FileSystemArn"],
        "dnsName": dns_name(context, context.id),
    }


def dns_name(context: Context, file_system: str) -> str:
    """Return the name under which clients mount a file system."""
    return f"{file_system}.efs.{context.region}.amazonaws.com"


def change(context: Context) -> None:
    """Change throughput, lifecycle and protection, each only if it differs."""
    if context.changed & THROUGHPUT:
        op = Op(name="UpdateFileSystem", keys={"FileSystemId": "id"}, only=" ".join(THROUGHPUT))
        context.call_with_inputs(op)
    if "lifecyclePolicies" in context.changed:
        set_lifecycle(context)
    if "protection" in context.changed:
        set_protection(context)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EFS's constraints across the inputs of a file system."""
    throughput = inputs.get("provisionedThroughputInMibps")
    if (inputs.get("throughputMode") == PROVISIONED) != (throughput is not None):
        want = f"belongs to throughputMode {PROVISIONED!r}: set both, or neither"
        yield CheckFailure("provisionedThroughputInMibps", want)
    if inputs.get("kmsKeyId") and not inputs.get("encrypted"):
        yield CheckFailure("kmsKeyId", "needs encrypted: set it to true")


FILE_SYSTEM = Row(
    type="aws:efs/fileSystem:FileSystem",
    service="efs",
    inputs={
        **each(UPDATE, "lifecyclePolicies protection provisionedThroughputInMibps tags"),
        "throughputMode": Input(UPDATE, default="bursting"),
        **each(REPLACE, "availabilityZoneName encrypted kmsKeyId performanceMode region"),
        "creationToken": Input(REPLACE, limit=Limit(min_length=1, max_length=64)),
    },
    name=Naming(property="creationToken", prefix_property="", max_length=64),
    create=create,
    read=read,
    update=change,
    delete=Op(name="DeleteFileSystem", keys={"FileSystemId": "id"}),
    tags=TAGS,
    check=check,
    check_operations=("CreateFileSystem", "PutLifecycleConfiguration"),
)


def read_point(context: Context) -> Properties | None:
    """Return the access point and the ARN of its file system."""
    found = context.call("DescribeAccessPoints", AccessPointId=context.id)["AccessPoints"]
    if not found:
        return None
    arn = found[0]["AccessPointArn"]
    system = f"{arn.partition(':access-point/')[0]}:file-system/{found[0]['FileSystemId']}"
    return {**found[0], "arn": arn, "fileSystemArn": system}


ACCESS_POINT = Row(
    type="aws:efs/accessPoint:AccessPoint",
    service="efs",
    inputs={**each(UPDATE, "tags"), **each(REPLACE, "fileSystemId posixUser region rootDirectory")},
    create=Op(name="CreateAccessPoint"),
    id="AccessPointId",
    read=read_point,
    delete=Op(name="DeleteAccessPoint", keys={"AccessPointId": "id"}),
    tags=TAGS,
)


def read_target(context: Context) -> Properties | None:
    """Return the mount target with its security groups and names."""
    found = context.call("DescribeMountTargets", MountTargetId=context.id)["MountTargets"]
    if not found:
        return None
    groups = context.call("DescribeMountTargetSecurityGroups", MountTargetId=context.id)
    system = found[0]["FileSystemId"]
    name = dns_name(context, system)
    arn = f"arn:{context.partition}:elasticfilesystem:{context.region}:{found[0]['OwnerId']}"
    return {
        **found[0],
        "SecurityGroups": groups["SecurityGroups"],
        "fileSystemArn": f"{arn}:file-system/{system}",
        "dnsName": name,
        "mountTargetDnsName": f"{found[0]['AvailabilityZoneName']}.{name}",
    }


MOUNT_TARGET = Row(
    type="aws:efs/mountTarget:MountTarget",
    service="efs",
    inputs={
        "securityGroups": Input(UPDATE, unordered=True),
        **each(REPLACE, "fileSystemId ipAddress region subnetId"),
        "ipAddressType": Input(REPLACE, supported_values=("IPV4_ONLY",)),
        "ipv6Address": Input(REPLACE, supported=False),
    },
    create=Op(name="CreateMountTarget"),
    id="MountTargetId",
    read=read_target,
    update=Op(name="ModifyMountTargetSecurityGroups", keys={"MountTargetId": "id"}),
    delete=Op(name="DeleteMountTarget", keys={"MountTargetId": "id"}),
)


def check_policy(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is no JSON document in a policy."""
    yield from json_failures(inputs, "policy")


FILE_SYSTEM_POLICY = Row(
    type="aws:efs/fileSystemPolicy:FileSystemPolicy",
    service="efs",
    inputs={
        **each(UPDATE, "policy"),
        **each(UPDATE, "bypassPolicyLockoutSafetyCheck", state_only=True),
        **each(REPLACE, "fileSystemId region"),
    },
    create=Op(name="PutFileSystemPolicy"),
    id="=fileSystemId",
    read=Op(name="DescribeFileSystemPolicy", keys={"FileSystemId": "id"}),
    update=Op(name="PutFileSystemPolicy"),
    delete=Op(name="DeleteFileSystemPolicy", keys={"FileSystemId": "id"}),
    check=check_policy,
    not_found_codes="PolicyNotFound",
)


def read_backup(context: Context) -> Properties:
    """Return the backup policy."""
    found = context.call("DescribeBackupPolicy", FileSystemId=context.id)["BackupPolicy"]
    return {"fileSystemId": context.id, "backupPolicy": {"status": found["Status"]}}


def stop_backups(context: Context) -> None:
    """Disable automatic backups: EFS has no operation that deletes the policy."""
    context.call("PutBackupPolicy", FileSystemId=context.id, BackupPolicy={"Status": "DISABLED"})


BACKUP_POLICY = Row(
    type="aws:efs/backupPolicy:BackupPolicy",
    service="efs",
    inputs={
        **each(UPDATE, "backupPolicy"),
        **each(REPLACE, "fileSystemId region"),
        "backupPolicy.status": Input(UPDATE, limit=Limit(one_of=("ENABLED", "DISABLED"))),
    },
    create=Op(name="PutBackupPolicy"),
    id="=fileSystemId",
    read=read_backup,
    update=Op(name="PutBackupPolicy"),
    delete=stop_backups,
)

ROWS = (FILE_SYSTEM, ACCESS_POINT, MOUNT_TARGET, FILE_SYSTEM_POLICY, BACKUP_POLICY)
