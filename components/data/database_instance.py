"""A database instance of RDS: PostgreSQL, MySQL, MariaDB, SQL Server, Oracle or Db2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.alarms import make_alarm
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.data.database_instance_alarms import instance_alarms, replica_alarm
from components.data.database_instance_groups import (
    Release,
    make_option_group,
    make_parameter_group,
)
from components.data.database_subnets import make_subnet_group
from components.data.monitoring import (
    CERTIFICATE_AUTHORITY,
    MONITORING_INTERVAL_SECONDS,
    make_monitoring_role,
)
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.data.engines import Edition, Engine

MIN_BACKUP_DAYS, MAX_BACKUP_DAYS = 7, 35  # our minimum, and RDS's maximum
MIN_STORAGE_GIB, MAX_STORAGE_GIB = 20, 65_536  # of gp3
STORAGE_GROWTH = 4  # storage autoscaling stops at this multiple of the allocated storage
MAX_REPLICAS = 15


@dataclass(frozen=True, kw_only=True)
class DatabaseInstanceArgs:
    """Engine, network, size and backups of a database instance."""

    engine: Engine = field(metadata=NOT_AN_INPUT)
    """Engine, such as POSTGRESQL of `components.data.engines`."""

    database_name: str | None = None
    """Name of the database; None for SQL Server, where the service creates its databases."""

    vpc_id: pulumi.Input[str]
    """VPC of the instance."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    account_id: str
    """Account in the monitoring role's `aws:SourceAccount` condition."""

    alarm_topic_arn: pulumi.Input[str]
    """SNS topic that alarms notify."""

    edition: str | None = None
    """Edition; default: the engine's first."""

    license: str | None = None
    """License model; default: the edition's first, if it needs a license."""

    license_parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parameters that name a license of your own: Db2's `rds.ibm_customer_id` and `_site_id`."""

    version: str | None = None
    """Major version; RDS chooses and upgrades the minor version. Default: the engine's."""

    instance_class: str | None = None
    """Instance class; default: the engine's."""

    storage_gib: int = 20
    """Allocated storage in GiB; it grows by itself up to four times that."""

    multi_az: bool = True
    """Standby in another zone; without one, a failure is an outage."""

    read_replicas: int = 0
    """Number of read replicas."""

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
        require_between("storage_gib", self.storage_gib, MIN_STORAGE_GIB, MAX_STORAGE_GIB)
        require_between("read_replicas", self.read_replicas, 0, MAX_REPLICAS)
        engine = self.engine
        if self.edition is not None and self.edition not in engine.editions:
            raise InvalidArgError("edition", self.edition, f"use {_or(engine.editions)}")
        licenses = self.chosen_edition.licenses
        if self.license is not None and self.license not in licenses:
            want = f"use {_or(licenses)}" if licenses else "leave it out: the engine needs none"
            raise InvalidArgError("license", self.license, want)
        if self.multi_az and not self.chosen_edition.multi_az:
            want = "use False, or another edition: RDS offers this one no standby"
            raise InvalidArgError("multi_az", self.multi_az, want)
        if self.read_replicas and not (engine.managed_replicas and self.chosen_edition.replicas):
            want = "use 0: RDS replicates no database whose master password it manages"
            raise InvalidArgError("read_replicas", self.read_replicas, want)
        name, limit = self.database_name, engine.max_database_name
        if limit == 0 and name is not None:
            want = "leave it out: RDS creates no database of this engine"
            raise InvalidArgError("database_name", name, want)
        if limit and not (name and name.isidentifier() and len(name) <= limit):
            want = f"use at most {limit} letters, digits and underscores, a letter first"
            raise InvalidArgError("database_name", name, want)

    @property
    def chosen_edition(self) -> Edition:
        """The edition, or the engine's first."""
        return self.engine.edition(self.edition)


class DatabaseInstance(pulumi.ComponentResource):
    """An encrypted instance in isolated subnets; RDS manages the master user's password."""

    identifier: pulumi.Output[str]
    host: pulumi.Output[str]
    reader_host: pulumi.Output[str]
    port: pulumi.Output[int]
    database_name: pulumi.Output[str]
    master_secret_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: DatabaseInstanceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the database *name*."""
        super().__init__("bulkhead:data:DatabaseInstance", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        engine = args.engine

        group = make_store_group(
            name,
            StoreGroup(
                vpc_id=args.vpc_id,
                clients=args.allowed_security_groups,
                description=f"The database {name}",
                port=engine.client_port,
                tags=args.tags,
            ),
            child,
        )
        role, attached = make_monitoring_role(name, args.account_id, child, args.tags)
        alike = _of_every_instance(name, args, group, child)
        alike["monitoring_role_arn"] = role.arn
        subnets = make_subnet_group(name, args.subnet_ids, child, args.tags)
        instance = self._instance(name, args, subnets, alike, attached)
        replicas = [
            aws.rds.Instance(
                f"{name}-replica-{number}",
                replicate_source_db=instance.identifier,
                skip_final_snapshot=True,
                opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
                **alike,
            )
            for number in range(1, args.read_replicas + 1)
        ]
        alarms = instance_alarms(name, instance.identifier, args.storage_gib)
        for number, replica in enumerate(replicas, 1):
            alarms[f"replica-{number}-lag"] = replica_alarm(name, replica.identifier)
        for suffix, alarm in alarms.items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarm_topic_arn, child, args.tags)

        self.identifier = instance.identifier
        self.host = instance.address
        self.reader_host = pulumi.Output.all(*[each.address for each in replicas]).apply(",".join)
        # Where TLS has a port of its own, that one is not an output of the instance.
        self.port = (
            instance.port if engine.tls_port is None else pulumi.Output.from_input(engine.tls_port)
        )
        self.database_name = (
            instance.db_name if args.database_name else pulumi.Output.from_input("master")
        )
        self.master_secret_arn = instance.master_user_secrets[0].secret_arn.apply(_text)
        self.security_group_id = group.id
        self.register_outputs(
            {
                "identifier": self.identifier,
                "host": self.host,
                "reader_host": self.reader_host,
                "port": self.port,
                "database_name": self.database_name,
                "master_secret_arn": self.master_secret_arn,
                "security_group_id": self.security_group_id,
            }
        )

    def _instance(
        self,
        name: str,
        args: DatabaseInstanceArgs,
        subnets: aws.rds.SubnetGroup,
        alike: Mapping[str, Any],
        attached: pulumi.Resource,
    ) -> aws.rds.Instance:
        engine, edition = args.engine, args.chosen_edition
        licensed = args.license or next(iter(edition.licenses), None)
        return aws.rds.Instance(
            f"{name}-instance",
            engine=edition.engine,
            engine_version=engine.engine_version(args.version or engine.version),
            license_model=licensed,
            allow_major_version_upgrade=True,
            db_name=args.database_name,
            username=engine.master_username,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            port=engine.port,
            db_subnet_group_name=subnets.name,
            multi_az=args.multi_az,
            allocated_storage=args.storage_gib,
            storage_type="gp3",
            kms_key_id=args.key_arn,
            backup_retention_period=args.backup_days,
            enabled_cloudwatch_logs_exports=list(engine.logs),
            skip_final_snapshot=not args.deletion_protection,
            # A snapshot outlives its instance: its name must be unique.
            final_snapshot_identifier=pulumi.Output.concat(subnets.name, "-final")
            if args.deletion_protection
            else None,
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.deletion_protection, depends_on=[attached]
            ),
            **alike,
        )


def _of_every_instance(
    name: str,
    args: DatabaseInstanceArgs,
    group: aws.ec2.SecurityGroup,
    opts: pulumi.ResourceOptions,
) -> dict[str, Any]:
    """Define parameters and options, and return what the instance and its replicas share."""
    engine = args.engine
    release = Release(
        engine=engine,
        edition=args.chosen_edition,
        version=args.version or engine.version,
        license_parameters=args.license_parameters,
        tags=args.tags,
    )
    parameters = make_parameter_group(name, release, opts)
    options = make_option_group(name, release, group, opts) if engine.tls_options else None
    insights = engine.performance_insights
    return {
        "instance_class": args.instance_class or engine.instance_class,
        "max_allocated_storage": min(STORAGE_GROWTH * args.storage_gib, MAX_STORAGE_GIB),
        "storage_encrypted": True,
        "parameter_group_name": parameters.name,
        "option_group_name": None if options is None else options.name,
        "vpc_security_group_ids": [group.id],
        "publicly_accessible": False,
        "iam_database_authentication_enabled": True if engine.user_engine else None,
        "auto_minor_version_upgrade": True,
        # Otherwise the old parameter group stays in use until the maintenance window.
        "apply_immediately": True,
        "monitoring_interval": MONITORING_INTERVAL_SECONDS,
        "performance_insights_enabled": insights,
        "performance_insights_kms_key_id": args.key_arn if insights else None,
        "ca_cert_identifier": CERTIFICATE_AUTHORITY,
        "copy_tags_to_snapshot": True,
        "deletion_protection": args.deletion_protection,
        "tags": args.tags,
    }


def _or(names: Sequence[str] | Mapping[str, Any]) -> str:
    return " or ".join(names)


def _text(value: str | None) -> str:
    return value or ""
