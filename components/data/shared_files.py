"""A file system on EFS that one service mounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, deny_plain_http, document
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

NFS_PORT = 2049
OWNER = 10001  # user and group ID of the files; that of containers
BUSY_PERCENT = 90
MOUNT, WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"


@dataclass(frozen=True, kw_only=True)
class SharedFilesArgs:
    """Network, encryption and protection of a file system."""

    directory: str
    """Directory of the access point, as `/reports`; created with the first mount."""

    vpc_id: pulumi.Input[str]
    """VPC of the mount targets."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets, one in each zone."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may mount it, by the name of their workload."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    deletion_protection: bool = True
    """Pulumi's `protect` on the file system: EFS has no deletion protection."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the files; default: `aws/elasticfilesystem`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject the root directory, which would give access to all files."""
        if not self.directory.startswith("/") or self.directory == "/":
            raise InvalidArgError("directory", self.directory, "use a path below '/'")


class SharedFiles(pulumi.ComponentResource):
    """An encrypted file system, mounted through one access point with IAM and TLS."""

    file_system_id: pulumi.Output[str]
    file_system_arn: pulumi.Output[str]
    access_point_id: pulumi.Output[str]
    access_point_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: SharedFilesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the file system *name*."""
        super().__init__("bulkhead:data:SharedFiles", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        files = aws.efs.FileSystem(
            f"{name}-files",
            encrypted=True,
            kms_key_id=args.key_arn,
            throughput_mode="elastic",
            lifecycle_policies=[
                {"transition_to_ia": "AFTER_30_DAYS"},
                {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        aws.efs.FileSystemPolicy(
            f"{name}-policy",
            file_system_id=files.id,
            # Without a statement that allows it, only clients with an IAM role can mount.
            policy=document([deny_plain_http("*", [files.arn])]),
            opts=child,
        )
        point = aws.efs.AccessPoint(
            f"{name}-access",
            file_system_id=files.id,
            posix_user={"uid": OWNER, "gid": OWNER},
            root_directory={
                "path": args.directory,
                "creation_info": {
                    "owner_uid": OWNER,
                    "owner_gid": OWNER,
                    "permissions": "0750",
                },
            },
            tags=args.tags,
            opts=child,
        )
        group = make_store_group(
            name,
            StoreGroup(
                vpc_id=args.vpc_id,
                clients=args.allowed_security_groups,
                description=f"The file system {name}",
                port=NFS_PORT,
                tags=args.tags,
            ),
            child,
        )
        # Not declared on the class: Pulumi would treat it as a resource output.
        self.mount_targets = [
            aws.efs.MountTarget(
                f"{name}-mount-{number}",
                file_system_id=files.id,
                subnet_id=subnet_id,
                security_groups=[group.id],
                opts=child,
            )
            for number, subnet_id in enumerate(args.subnet_ids, start=1)
        ]
        busy = Alarm(
            kind=AlarmKind.FILES_BUSY,
            description=f"The file system {name} is near its limit of operations per second",
            namespace="AWS/EFS",
            metric="PercentIOLimit",
            dimensions={"FileSystemId": files.id},
            threshold=BUSY_PERCENT,
            statistic="Maximum",
            periods=5,
        )
        make_alarm(f"{name}-busy", busy, args.alarms, child, args.tags)

        self.file_system_id = files.id
        self.file_system_arn = files.arn
        self.access_point_id = point.id
        self.access_point_arn = point.arn
        self.register_outputs(
            {
                "file_system_id": self.file_system_id,
                "file_system_arn": self.file_system_arn,
                "access_point_id": self.access_point_id,
                "access_point_arn": self.access_point_arn,
            }
        )

    def allow_read_write(self) -> list[Statement]:
        """Return the permission to mount the access point, and to write through it."""
        condition = {"StringEquals": {"elasticfilesystem:AccessPointArn": self.access_point_arn}}
        return [
            Statement(
                actions=[MOUNT, WRITE], resources=[self.file_system_arn], conditions=condition
            )
        ]
