"""An Aurora Serverless v2 cluster, of PostgreSQL or MySQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.data.database_instances import DatabaseInstances, DatabaseInstancesArgs
from components.data.database_subnets import make_subnet_group
from components.data.engines import AURORA_POSTGRESQL, Engine
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

MIN_BACKUP_DAYS, MAX_BACKUP_DAYS = 7, 35  # our minimum, and RDS's maximum
MAX_CAPACITY = 256.0  # maximum ACUs of Aurora Serverless v2
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 300, 86_400
GIBIBYTE = 1024**3


@dataclass(frozen=True, kw_only=True)
class AuroraDatabaseArgs:
    """Engine, name, network, capacity and backups of an Aurora cluster."""

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

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    engine: Engine = field(default=AURORA_POSTGRESQL, metadata=NOT_AN_INPUT)
    """AURORA_POSTGRESQL or AURORA_MYSQL."""

    version: str | None = None
    """Major version; RDS chooses and upgrades the minor version. Default: the engine's."""

    port: int | None = None
    """Port; default: the engine's, which is deliberately not the usual one."""

    instances: int = 2
    """Number of instances in different zones; with one, its failure is an outage."""

    min_capacity: float = 0.5
    """Minimum capacity in Aurora capacity units (ACUs); 0 enables automatic pause."""

    pause_after_seconds: int | None = None
    """Seconds without connections until it pauses; default: RDS's, 300."""

    max_capacity: float = 4
    """Maximum capacity in ACUs."""

    data_api: bool = False
    """Data API: SQL over HTTPS, with IAM permissions, without a connection."""

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
        if self.pause_after_seconds is not None:
            if self.min_capacity > 0:
                want = "leave it out, or use min_capacity=0: only then it pauses"
                raise InvalidArgError("pause_after_seconds", self.pause_after_seconds, want)
            low, high = MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS
            require_between("pause_after_seconds", self.pause_after_seconds, low, high)
        major = self.engine.version
        if self.version is not None and self.version.count(".") != major.count("."):
            want = f"use a major version such as {major}: RDS manages the minor version"
            raise InvalidArgError("version", self.version, want)
        if not self.database_name.isidentifier():
            want = "use letters, digits and underscores, a letter first"
            raise InvalidArgError("database_name", self.database_name, want)


class AuroraDatabase(pulumi.ComponentResource):
    """An encrypted Aurora cluster in isolated subnets; RDS manages the master user's password."""

    arn: pulumi.Output[str]
    identifier: pulumi.Output[str]
    host: pulumi.Output[str]
    reader_host: pulumi.Output[str]
    port: pulumi.Output[int]
    database_name: pulumi.Output[str]
    master_secret_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: AuroraDatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the database *name*."""
        # The token of its first engine, and in the URNs of every existing database.
        super().__init__("bulkhead:data:PostgresDatabase", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = make_store_group(
            name,
            StoreGroup(
                vpc_id=args.vpc_id,
                clients=args.allowed_security_groups,
                description=f"The database {name}",
                port=args.port or args.engine.port,
                tags=args.tags,
            ),
            child,
        )
        cluster = self._cluster(name, args, group)
        DatabaseInstances(
            f"{name}-instances",
            DatabaseInstancesArgs(
                cluster_identifier=cluster.cluster_identifier,
                engine=args.engine.edition(None).engine,
                count=args.instances,
                account_id=args.account_id,
                key_arn=args.key_arn,
                tags=args.tags,
            ),
            child,
        )
        for suffix, alarm in _alarms(name, cluster.cluster_identifier).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.arn = cluster.arn
        self.identifier = cluster.cluster_identifier
        self.host = cluster.endpoint
        self.reader_host = cluster.reader_endpoint
        self.port = cluster.port
        self.database_name = cluster.database_name
        self.master_secret_arn = cluster.master_user_secrets[0].secret_arn.apply(_text)
        self.security_group_id = group.id
        self.register_outputs(
            {
                "arn": self.arn,
                "identifier": self.identifier,
                "host": self.host,
                "reader_host": self.reader_host,
                "port": self.port,
                "database_name": self.database_name,
                "master_secret_arn": self.master_secret_arn,
                "security_group_id": self.security_group_id,
            }
        )

    def allow_data_api(self) -> list[Statement]:
        """Return the permission to execute SQL with the Data API."""
        actions = ["BatchExecuteStatement", "BeginTransaction", "CommitTransaction"]
        actions += ["ExecuteStatement", "RollbackTransaction"]
        return [
            Statement(actions=[f"rds-data:{each}" for each in actions], resources=[self.arn]),
        ]

    def _cluster(
        self, name: str, args: AuroraDatabaseArgs, group: aws.ec2.SecurityGroup
    ) -> aws.rds.Cluster:
        child = pulumi.ResourceOptions(parent=self)
        engine = args.engine
        version = engine.engine_version(args.version or engine.version)
        edition = engine.edition(None)
        subnets = make_subnet_group(name, args.subnet_ids, child, args.tags)
        parameters = aws.rds.ClusterParameterGroup(
            f"{name}-parameters",
            family=engine.family(edition, version),
            description=f"Nothing but TLS for {name}",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(
                    name=each.name, value=each.value, apply_method=each.apply_method
                )
                for each in engine.parameters
            ],
            tags=args.tags,
            opts=child,
        )
        return aws.rds.Cluster(
            f"{name}-cluster",
            engine=edition.engine,
            engine_mode="provisioned",
            engine_version=version,
            allow_major_version_upgrade=True,
            # Otherwise the old parameter group stays in use until the maintenance window.
            apply_immediately=True,
            database_name=args.database_name,
            master_username=engine.master_username,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            port=args.port or engine.port,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[group.id],
            serverlessv2_scaling_configuration={
                "min_capacity": args.min_capacity,
                "max_capacity": args.max_capacity,
                "seconds_until_auto_pause": args.pause_after_seconds,
            },
            enable_http_endpoint=args.data_api or None,
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            iam_database_authentication_enabled=True,
            backup_retention_period=args.backup_days,
            copy_tags_to_snapshot=True,
            enabled_cloudwatch_logs_exports=list(engine.logs),
            deletion_protection=args.deletion_protection,
            skip_final_snapshot=not args.deletion_protection,
            # A snapshot outlives its cluster: its name must be unique.
            final_snapshot_identifier=pulumi.Output.concat(subnets.name, "-final")
            if args.deletion_protection
            else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )


def _alarms(name: str, identifier: pulumi.Output[str]) -> dict[str, Alarm]:
    dimensions = {"DBClusterIdentifier": identifier}
    return {
        "capacity": Alarm(
            kind=AlarmKind.DATABASE_BUSY,
            description=f"The database {name} has nearly grown to its limit",
            namespace="AWS/RDS",
            metric="ACUUtilization",
            dimensions=dimensions,
            threshold=90,
            statistic="Average",
            periods=5,
        ),
        "memory": Alarm(
            kind=AlarmKind.DATABASE_BUSY,
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
