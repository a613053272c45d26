"""An Aurora PostgreSQL Serverless v2 cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.data.database_instances import DatabaseInstances, DatabaseInstancesArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MASTER_USERNAME = "platform_owner"  # not a name that attackers try first
MIN_BACKUP_DAYS, MAX_BACKUP_DAYS = 7, 35  # our minimum, and RDS's maximum
MAX_CAPACITY = 256.0  # maximum ACUs of Aurora Serverless v2
GIBIBYTE = 1024**3


@dataclass(frozen=True, kw_only=True)
class PostgresDatabaseArgs:
    """Name, network, capacity and backups of a PostgreSQL cluster."""

    database_name: str
    """Name of the database in the cluster."""

    vpc_id: pulumi.Input[str]
    """VPC of the cluster."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    account_id: str
    """Account in the monitoring role's `aws:SourceAccount` condition."""

    alarm_topic_arn: pulumi.Input[str]
    """SNS topic that alarms notify."""

    version: str = "17"
    """Major version of PostgreSQL; RDS chooses and upgrades the minor version."""

    port: int = 5433
    """Port; deliberately not PostgreSQL's default."""

    instances: int = 2
    """Number of instances in different zones; with one, its failure is an outage."""

    min_capacity: float = 0.5
    """Minimum capacity in Aurora capacity units (ACUs)."""

    max_capacity: float = 4
    """Maximum capacity in ACUs."""

    backup_days: int = 30
    """Retention of automated backups in days."""

    deletion_protection: bool = True
    """Deletion protection, and a final snapshot when it is deleted."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of storage and master secret; default: keys managed by AWS."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that RDS does not accept."""
        require_between("backup_days", self.backup_days, MIN_BACKUP_DAYS, MAX_BACKUP_DAYS)
        require_between("instances", self.instances, 1, 15)
        require_between("max_capacity", self.max_capacity, 1, MAX_CAPACITY)
        if not 0 <= self.min_capacity <= self.max_capacity:
            want = f"use 0 to max_capacity ({self.max_capacity})"
            raise InvalidArgError("min_capacity", self.min_capacity, want)
        if not self.version.isdecimal():
            want = "use a major version such as 17: RDS manages the minor version"
            raise InvalidArgError("version", self.version, want)
        if not self.database_name.isidentifier():
            want = "use letters, digits and underscores, a letter first"
            raise InvalidArgError("database_name", self.database_name, want)


class PostgresDatabase(pulumi.ComponentResource):
    """An encrypted Aurora cluster in isolated subnets; RDS manages the master user's password."""

    identifier: pulumi.Output[str]
    host: pulumi.Output[str]
    port: pulumi.Output[int]
    database_name: pulumi.Output[str]
    master_secret_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: PostgresDatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the database *name*."""
        super().__init__("bulkhead:data:PostgresDatabase", name, as_inputs(args), opts)

        cluster = self._cluster(name, args)
        DatabaseInstances(
            f"{name}-instances",
            DatabaseInstancesArgs(
                cluster_identifier=cluster.cluster_identifier,
                count=args.instances,
                account_id=args.account_id,
                key_arn=args.key_arn,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        for suffix, alarm in _alarms(name, cluster.cluster_identifier).items():
            make_alarm(
                f"{name}-{suffix}",
                alarm,
                args.alarm_topic_arn,
                pulumi.ResourceOptions(parent=self),
                args.tags,
            )

        self.identifier = cluster.cluster_identifier
        self.host = cluster.endpoint
        self.port = cluster.port
        self.database_name = cluster.database_name
        self.master_secret_arn = cluster.master_user_secrets[0].secret_arn.apply(_text)
        self.register_outputs(
            {
                "identifier": self.identifier,
                "host": self.host,
                "port": self.port,
                "database_name": self.database_name,
                "master_secret_arn": self.master_secret_arn,
            }
        )

    def _cluster(self, name: str, args: PostgresDatabaseArgs) -> aws.rds.Cluster:
        child = pulumi.ResourceOptions(parent=self)
        subnets = aws.rds.SubnetGroup(
            f"{name}-subnets",
            subnet_ids=list(args.subnet_ids),
            description=f"Isolated subnets of {name}",
            tags=args.tags,
            opts=child,
        )
        parameters = aws.rds.ClusterParameterGroup(
            f"{name}-parameters",
            family=f"aurora-postgresql{args.version}",
            description=f"Nothing but TLS for {name}",
            parameters=[
                {"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"},
                {"name": "log_min_duration_statement", "value": "1000"},
            ],
            tags=args.tags,
            opts=child,
        )
        return aws.rds.Cluster(
            f"{name}-cluster",
            engine="aurora-postgresql",
            engine_mode="provisioned",
            engine_version=args.version,
            allow_major_version_upgrade=True,
            # Otherwise the old parameter group stays in use until the maintenance window.
            apply_immediately=True,
            database_name=args.database_name,
            master_username=MASTER_USERNAME,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            port=args.port,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[self._group(name, args).id],
            serverlessv2_scaling_configuration={
                "min_capacity": args.min_capacity,
                "max_capacity": args.max_capacity,
            },
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            iam_database_authentication_enabled=True,
            backup_retention_period=args.backup_days,
            copy_tags_to_snapshot=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            deletion_protection=args.deletion_protection,
            skip_final_snapshot=not args.deletion_protection,
            # A snapshot outlives its cluster: its name must be unique.
            final_snapshot_identifier=pulumi.Output.concat(subnets.name, "-final")
            if args.deletion_protection
            else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )

    def _group(self, name: str, args: PostgresDatabaseArgs) -> aws.ec2.SecurityGroup:
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=f"The database {name}",
            tags=args.tags,
            opts=child,
        )
        for client, client_group_id in args.allowed_security_groups.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-from-{client}",
                security_group_id=group.id,
                referenced_security_group_id=client_group_id,
                description=f"Connections of {client}",
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                tags=args.tags,
                opts=child,
            )
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-out-of-{client}",
                security_group_id=client_group_id,
                referenced_security_group_id=group.id,
                description=f"Connections of {client} to {name}",
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                tags=args.tags,
                opts=child,
            )
        return group


def _alarms(name: str, identifier: pulumi.Output[str]) -> dict[str, Alarm]:
    dimensions = {"DBClusterIdentifier": identifier}
    return {
        "capacity": Alarm(
            description=f"The database {name} has nearly grown to its limit",
            namespace="AWS/RDS",
            metric="ACUUtilization",
            dimensions=dimensions,
            threshold=90,
            statistic="Average",
            periods=5,
        ),
        "memory": Alarm(
            description=f"The database {name} runs out of memory: look for connections left open",
            namespace="AWS/RDS",
            metric="FreeableMemory",
            dimensions=dimensions,
            threshold=GIBIBYTE / 4,
            statistic="Minimum",
            periods=5,
            comparison="LessThanThreshold",
        ),
    }


def _text(value: str | None) -> str:
    return value or ""
