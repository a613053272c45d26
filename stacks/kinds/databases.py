"""What the translations of relational stores share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi

from components.access import Statement, use_key
from components.data.aurora_database import AuroraDatabase, AuroraDatabaseArgs
from components.data.database_instance import DatabaseInstance, DatabaseInstanceArgs
from components.data.database_proxy import DatabaseProxy, DatabaseProxyArgs
from components.data.database_user import DatabaseUser, DatabaseUserArgs
from components.data.master_user import MasterRotation
from components.service.environment import variable
from components.service.kinds import StoreAccess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.data.engines import Engine, ProxyFamily
    from components.service.kinds import StoreContext
    from spec.relational import AuroraStore, InstanceStore


Database = AuroraDatabase | DatabaseInstance


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the kinds of RDS choose beside the fields that all of them have."""

    version: str
    """Major version."""

    edition: str | None = None
    """Edition; None: the engine has one."""

    license: str | None = None
    """License model; None: the engine needs none."""

    license_parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parameters that name a license."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The user of a service in its database."""

    username: str
    """Name of the user, or of the role that its login users are members of."""

    secret_arn: pulumi.Output[str]
    """ARN of the secret that the service reads."""

    statements: Sequence[Statement]
    """Statements that allow reading it."""

    login_secret_arns: Sequence[pulumi.Output[str]]
    """Secrets of the users that a proxy logs in."""


@dataclass(frozen=True, kw_only=True)
class Relational:
    """A relational store of a service: its context, engine and proxy."""

    context: StoreContext
    """The service and its environment."""

    engine: Engine
    """Engine of the database."""

    proxy: bool | None
    """The field `proxy`; None: true for functions."""

    pauses: bool = False
    """Whether the database pauses, which a proxy would prevent."""

    @property
    def proxy_family(self) -> ProxyFamily | None:
        """Engine family of the proxy that the service connects through; None: it has no proxy."""
        usual = self.context.connection_per_request and not self.pauses
        proxied = usual if self.proxy is None else self.proxy
        return self.engine.proxy_family if proxied else None

    @property
    def clients(self) -> dict[str, pulumi.Input[str]]:
        """Security groups that connect to the database: for rotations and migrations, too."""
        rotation = self.context.platform.rotation.security_group.security_group_id
        clients: dict[str, pulumi.Input[str]] = {
            self.context.service: self.context.security_group_id or ""
        }
        return clients | {"rotation": rotation} if self.engine.user_engine else clients

    def define_aurora(self, spec: AuroraStore, version: str) -> StoreAccess:
        """Define a cluster, and return how the service uses it."""
        context, platform = self.context, self.context.platform
        protection = platform.data_protection
        readers = spec.readers
        database = AuroraDatabase(
            context.name,
            AuroraDatabaseArgs(
                engine=self.engine,
                database_name=identifier(context.store),
                vpc_id=platform.vpc.vpc_id,
                subnet_ids=platform.vpc.isolated_subnet_ids,
                allowed_security_groups=self.clients,
                account_id=platform.account_id,
                alarms=platform.alarms,
                version=version,
                min_capacity=spec.min_capacity,
                max_capacity=spec.max_capacity,
                pause_after_seconds=spec.pause_after_seconds,
                instances=protection.database_instances if readers is None else 1 + readers,
                data_api=spec.data_api,
                backup_days=protection.backup_days,
                deletion_protection=protection.deletion_protection,
                key_arn=platform.key.arn,
                tags=context.tags,
            ),
            context.opts,
        )
        return self._access(
            database,
            {"cluster_identifier": database.identifier},
            more={"READER_HOST": database.reader_host, "CLUSTER_ARN": database.arn},
            statements=database.allow_data_api() if spec.data_api else (),
        )

    def define_instance(self, spec: InstanceStore, choices: Choices) -> StoreAccess:
        """Define an instance, and return how the service uses it."""
        context, platform = self.context, self.context.platform
        protection = platform.data_protection
        chosen = self.engine.edition(choices.edition)
        database = DatabaseInstance(
            context.name,
            DatabaseInstanceArgs(
                engine=self.engine,
                database_name=self._database_name(),
                vpc_id=platform.vpc.vpc_id,
                subnet_ids=platform.vpc.isolated_subnet_ids,
                allowed_security_groups=self.clients,
                account_id=platform.account_id,
                alarms=platform.alarms,
                edition=choices.edition,
                license=choices.license,
                license_parameters=choices.license_parameters,
                version=choices.version,
                instance_class=spec.instance_class,
                storage_gib=spec.storage_gib,
                multi_az=chosen.multi_az and protection.database_instances > 1,
                read_replicas=spec.read_replicas,
                rotation=MasterRotation(
                    function=platform.rotation.function,
                    ready=platform.rotation.ready,
                    days=protection.rotation_days,
                ),
                backup_days=protection.backup_days,
                deletion_protection=protection.deletion_protection,
                key_arn=platform.key.arn,
                tags=context.tags,
            ),
            context.opts,
        )
        return self._access(
            database,
            {"instance_identifier": database.identifier},
            more={"READER_HOST": database.reader_host} if spec.read_replicas else {},
        )

    def _database_name(self) -> str | None:
        limit = self.engine.max_database_name
        if limit == 0:
            return None
        name = identifier(self.context.store)
        return name if len(name) <= limit else name.replace("_", "")[:limit]

    def _access(
        self,
        database: Database,
        target: Mapping[str, pulumi.Output[str]],
        *,
        more: Mapping[str, pulumi.Output[str]],
        statements: Sequence[Statement] = (),
    ) -> StoreAccess:
        context = self.context
        ssl_mode = context.platform.data_protection.database_ssl_mode
        user = self._credentials(database)
        values: dict[str, pulumi.Input[str]] = {
            "HOST": database.host,
            "PORT": pulumi.Output.format("{0}", database.port),
            "TLS": "true" if ssl_mode == "require" else "false",
            "NAME": database.database_name,
            "USER": user.username,
            "SSLMODE": ssl_mode,
            "SECRET_ARN": user.secret_arn,
            **more,
        }
        if family := self.proxy_family:
            if self.proxy:
                values |= {"DIRECT_HOST": values["HOST"], "DIRECT_PORT": values["PORT"]}
            proxy = self._proxy(family, database, target, user)
            values |= {"HOST": proxy.host, "PORT": pulumi.Output.format("{0}", proxy.port)}
        return StoreAccess(
            environment={variable(context.store, part): value for part, value in values.items()},
            statements=[*user.statements, *statements],
        )

    def _credentials(self, database: Database) -> Credentials:
        engine, context = self.engine, self.context
        platform, protection = context.platform, context.platform.data_protection
        if engine.user_engine is None:
            secret_arn = database.master_secret_arn
            return Credentials(
                username=engine.master_username,
                secret_arn=secret_arn,
                statements=_read(secret_arn, platform.key.arn),
                login_secret_arns=[secret_arn],
            )
        username = identifier(context.name)
        user = DatabaseUser(
            f"{context.name}-user",
            DatabaseUserArgs(
                username=username,
                engine=engine.user_engine,
                host=database.host,
                port=database.port,
                database_name=database.database_name,
                master_secret_arn=database.master_secret_arn,
                rotation_function=platform.rotation.function,
                ready=[database, *platform.rotation.ready],
                proxied=self.proxy_family is not None,
                rotation_days=protection.rotation_days,
                recoverable=protection.deletion_protection,
                key_arn=platform.key.arn,
                tags=context.tags,
            ),
            context.opts,
        )
        return Credentials(
            username=username,
            secret_arn=user.secret_arn,
            statements=user.allow_read(),
            login_secret_arns=user.login_secret_arns,
        )

    def _proxy(
        self,
        family: ProxyFamily,
        database: Database,
        target: Mapping[str, pulumi.Output[str]],
        user: Credentials,
    ) -> DatabaseProxy:
        context, platform = self.context, self.context.platform
        return DatabaseProxy(
            f"{context.name}-proxy",
            DatabaseProxyArgs(
                family=family,
                cluster_identifier=target.get("cluster_identifier"),
                instance_identifier=target.get("instance_identifier"),
                database_group_id=database.security_group_id,
                database_port=self.engine.client_port,
                secret_arns=user.login_secret_arns,
                vpc_id=platform.vpc.vpc_id,
                subnet_ids=platform.vpc.isolated_subnet_ids,
                allowed_security_groups={context.service: context.security_group_id or ""},
                account_id=platform.account_id,
                alarms=platform.alarms,
                key_arn=platform.key.arn,
                tags=context.tags,
            ),
            context.opts,
        )


def identifier(name: str) -> str:
    """Return *name* as an identifier of SQL."""
    return name.replace("-", "_")


def _read(secret_arn: pulumi.Output[str], key_arn: pulumi.Input[str]) -> list[Statement]:
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    return [
        Statement(actions=actions, resources=[secret_arn]),
        use_key(key_arn, encrypt=False),
    ]
