"""What a service keeps, and how its programs reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.args import InvalidArgError, as_inputs
from components.data.database_user import DatabaseUser, DatabaseUserArgs
from components.data.document_table import DocumentTable, DocumentTableArgs
from components.data.postgres_database import PostgresDatabase, PostgresDatabaseArgs
from components.service.args import DatabaseStore
from components.service.environment import variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.access import Statement
    from components.service.args import TableStore
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class ServiceStoresArgs:
    """Which stores a service has."""

    service: str
    """The service that owns them."""

    stores: Mapping[str, TableStore | DatabaseStore]
    """The stores by name."""

    platform: Platform
    """What the environment lends."""

    security_group_id: pulumi.Input[str] | None = None
    """Who the service is on the network; needed for databases."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""

    def __post_init__(self) -> None:
        """Refuse a database that nobody could reach."""
        databases = [n for n, store in self.stores.items() if isinstance(store, DatabaseStore)]
        if databases and self.security_group_id is None:
            raise InvalidArgError("security_group_id", None, f"name one: {databases} need it")


class ServiceStores(pulumi.ComponentResource):
    """Tables and databases that no other service reaches; each store has its alarms."""

    def __init__(
        self, name: str, args: ServiceStoresArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the stores *name*."""
        super().__init__("bulkhead:service:ServiceStores", name, as_inputs(args), opts)

        # Pulumi looks up the types of what a class declares, and these two are for the program.
        self.environment: dict[str, pulumi.Input[str]] = {}
        self.statements: list[Statement] = []
        for store_name, store in args.stores.items():
            if isinstance(store, DatabaseStore):
                self._database(store_name, store, args)
            else:
                self._table(store_name, store, args)
        self.register_outputs({})

    def _table(self, store_name: str, store: TableStore, args: ServiceStoresArgs) -> None:
        platform = args.platform
        table = DocumentTable(
            f"{args.service}-{store_name}",
            DocumentTableArgs(
                partition_key=store.partition_key,
                sort_key=store.sort_key,
                ttl_attribute=store.ttl_attribute,
                key_arn=platform.key_arn,
                alarm_topic_arn=platform.alarm_topic_arn,
                deletion_protection=platform.keeping.deletion_protection,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.environment[variable(store_name, "TABLE")] = table.table_name
        self.statements += table.allow_read_write()

    def _database(self, store_name: str, store: DatabaseStore, args: ServiceStoresArgs) -> None:
        platform, keeping = args.platform, args.platform.keeping
        name = f"{args.service}-{store_name}"
        database = PostgresDatabase(
            name,
            PostgresDatabaseArgs(
                database_name=_identifier(store_name),
                vpc_id=platform.vpc_id,
                subnet_ids=platform.isolated_subnet_ids,
                admits={
                    args.service: args.security_group_id or "",
                    "rotation": platform.rotator_group_id,
                },
                account_id=platform.account_id,
                alarm_topic_arn=platform.alarm_topic_arn,
                version=store.version,
                min_capacity=store.min_capacity,
                max_capacity=store.max_capacity,
                instances=keeping.database_instances,
                backup_days=keeping.backup_days,
                deletion_protection=keeping.deletion_protection,
                key_arn=platform.key_arn,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        username = _identifier(name)
        user = DatabaseUser(
            f"{name}-user",
            DatabaseUserArgs(
                username=username,
                host=database.host,
                port=database.port,
                database_name=database.database_name,
                master_secret_arn=database.master_secret_arn,
                rotator=platform.rotator,
                rotation_days=keeping.rotation_days,
                recoverable=keeping.deletion_protection,
                key_arn=platform.key_arn,
                tags=args.tags,
            ),
            # The first rotation connects: servers and network rules have to be there.
            pulumi.ResourceOptions(parent=self, depends_on=[database]),
        )
        self.environment |= {
            variable(store_name, "HOST"): database.host,
            variable(store_name, "PORT"): pulumi.Output.format("{0}", database.port),
            variable(store_name, "NAME"): database.database_name,
            variable(store_name, "USER"): username,
            variable(store_name, "SSLMODE"): keeping.database_ssl_mode,
            variable(store_name, "SECRET_ARN"): user.secret_arn,
        }
        self.statements += user.allow_read()


def _identifier(name: str) -> str:
    return name.replace("-", "_")
