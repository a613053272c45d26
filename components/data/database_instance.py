"""A database instance of RDS: PostgreSQL, MySQL, MariaDB, SQL Server, Oracle or Db2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.alarms import make_alarm
from components.args import as_inputs
from components.data.database_instance_alarms import instance_alarms, replica_alarm
from components.data.database_instance_args import DatabaseInstanceArgs
from components.data.database_instance_groups import shared_settings
from components.data.database_subnets import make_subnet_group
from components.data.master_user import (
    MasterSecret,
    MasterUser,
    make_master_user,
    rotate_master_user,
)
from components.data.monitoring import make_monitoring_role
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DatabaseInstance", "DatabaseInstanceArgs"]


class DatabaseInstance(pulumi.ComponentResource):
    """An encrypted instance in isolated subnets, whose master user's password is rotated."""

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
        alike = shared_settings(name, args, group, child)
        alike["monitoring_role_arn"] = role.arn
        subnets = make_subnet_group(name, args.subnet_ids, child, args.tags)
        master = _master_of(name, args, child)
        instance = self._instance(name, args, subnets, alike | _password(args, master), attached)
        replicas = [
            aws.rds.Instance(
                f"{name}-replica-{number}",
                replicate_source_db=instance.identifier,
                skip_final_snapshot=True,
                opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
                **alike,
            )
            for number in range(1, (args.read_replicas or 0) + 1)
        ]
        alarms = instance_alarms(name, instance.identifier, args.storage_gib)
        for number, replica in enumerate(replicas, 1):
            alarms[f"replica-{number}-lag"] = replica_alarm(name, replica.identifier)
        for suffix, alarm in alarms.items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

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
        if master is None:
            self.master_secret_arn = instance.master_user_secrets[0].secret_arn.apply(_text)
        else:
            rotate_master_user(name, master, instance, child)
            self.master_secret_arn = master.secret.arn
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
            db_subnet_group_name=subnets.name,
            multi_az=args.multi_az,
            allocated_storage=args.storage_gib,
            storage_type="gp3",
            kms_key_id=args.key_arn,
            backup_retention_period=args.backup_days,
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


def _master_of(
    name: str, args: DatabaseInstanceArgs, opts: pulumi.ResourceOptions
) -> MasterUser | None:
    """Define the secret of the master user, unless RDS manages it."""
    if args.rotation is None or not args.owns_master:
        return None
    secret = MasterSecret(
        engine=args.engine,
        rotation=args.rotation,
        recoverable=args.deletion_protection,
        key_arn=args.key_arn,
        tags=args.tags,
    )
    return make_master_user(name, secret, opts)


def _password(args: DatabaseInstanceArgs, master: MasterUser | None) -> dict[str, Any]:
    if master is None:
        return {
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": args.key_arn,
        }
    # The version stays: whatever the secret's is by then, the initial password is set once.
    return {"password_wo": master.initial_password, "password_wo_version": 1}


def _text(value: str | None) -> str:
    return value or ""
