"""An Aurora PostgreSQL database for a service, with a database user of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.data.database_user import DatabaseUser, DatabaseUserArgs
from components.data.postgres_database import PostgresDatabase, PostgresDatabaseArgs
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.aurora_postgresql import AuroraPostgresqlStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext

KIND = AuroraPostgresqlStore.KIND


def define(spec: AuroraPostgresqlStore, context: StoreContext) -> StoreAccess:
    """Define the database and the service's user in it."""
    platform, protection = context.platform, context.platform.data_protection
    database = PostgresDatabase(
        context.name,
        PostgresDatabaseArgs(
            database_name=_identifier(context.store),
            vpc_id=platform.vpc.vpc_id,
            subnet_ids=platform.vpc.isolated_subnet_ids,
            allowed_security_groups={
                context.service: context.security_group_id or "",
                "rotation": platform.rotation.security_group.security_group_id,
            },
            account_id=platform.account_id,
            alarm_topic_arn=platform.alarm_topic.arn,
            version=spec.version,
            min_capacity=spec.min_capacity,
            max_capacity=spec.max_capacity,
            instances=protection.database_instances,
            backup_days=protection.backup_days,
            deletion_protection=protection.deletion_protection,
            key_arn=platform.key.arn,
            tags=context.tags,
        ),
        context.opts,
    )
    username = _identifier(context.name)
    user = DatabaseUser(
        f"{context.name}-user",
        DatabaseUserArgs(
            username=username,
            host=database.host,
            port=database.port,
            database_name=database.database_name,
            master_secret_arn=database.master_secret_arn,
            rotation_function=platform.rotation.function,
            rotation_days=protection.rotation_days,
            recoverable=protection.deletion_protection,
            key_arn=platform.key.arn,
            tags=context.tags,
        ),
        # The first rotation connects to the database: instances and ingress rules must exist.
        pulumi.ResourceOptions.merge(context.opts, pulumi.ResourceOptions(depends_on=[database])),
    )
    values: dict[str, pulumi.Input[str]] = {
        "HOST": database.host,
        "PORT": pulumi.Output.format("{0}", database.port),
        "NAME": database.database_name,
        "USER": username,
        "SSLMODE": protection.database_ssl_mode,
        "SECRET_ARN": user.secret_arn,
    }
    return StoreAccess(
        environment={variable(context.store, part): value for part, value in values.items()},
        statements=user.allow_read(),
    )


def _identifier(name: str) -> str:
    return name.replace("-", "_")
