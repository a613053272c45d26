"""An RDS proxy, which shares database connections between many clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role, use_key
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs
from components.data.engines import PROXY_PORTS, ProxyFamily
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

BORROW_LATENCY_MICROSECONDS = 1_000_000
MAX_CONNECTIONS_PERCENT = 90  # the rest is for the rotation and for migrations


@dataclass(frozen=True, kw_only=True)
class DatabaseProxyArgs:
    """Database, credentials and clients of a proxy."""

    family: ProxyFamily
    """Engine family."""

    cluster_identifier: pulumi.Input[str] | None = None
    """Identifier of the Aurora cluster; or instance_identifier."""

    instance_identifier: pulumi.Input[str] | None = None
    """Identifier of the RDS instance; or cluster_identifier."""

    database_group_id: pulumi.Input[str]
    """Security group of the database."""

    database_port: int
    """Port of the database."""

    secret_arns: Sequence[pulumi.Input[str]]
    """Secrets of the users that may connect, one for each user."""

    vpc_id: pulumi.Input[str]
    """VPC of the proxy."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    account_id: str
    """Account in the role's `aws:SourceAccount` condition."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the secrets."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a proxy of no database, or of two."""
        if (self.cluster_identifier is None) == (self.instance_identifier is None):
            want = "set either cluster_identifier or instance_identifier"
            raise InvalidArgError("cluster_identifier", self.cluster_identifier, want)


class DatabaseProxy(pulumi.ComponentResource):
    """A proxy that accepts nothing but TLS, with an alarm on the wait for a connection."""

    host: pulumi.Output[str]
    port: pulumi.Output[int]

    def __init__(
        self, name: str, args: DatabaseProxyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the proxy *name*."""
        super().__init__("bulkhead:data:DatabaseProxy", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = make_store_group(
            name,
            StoreGroup(
                vpc_id=args.vpc_id,
                clients=args.allowed_security_groups,
                description=f"The database proxy {name}",
                port=PROXY_PORTS[args.family],
                tags=args.tags,
            ),
            child,
        )
        self._admit(name, args, group)
        role = make_role(
            f"{name}-role",
            RoleArgs(
                service="rds.amazonaws.com",
                description="Reads the passwords of the users that connect",
                account_id=args.account_id,
                statements=_read(args),
                tags=args.tags,
            ),
            child,
        )
        proxy = aws.rds.Proxy(
            name,
            engine_family=args.family.value,
            role_arn=role.arn,
            require_tls=True,
            vpc_subnet_ids=list(args.subnet_ids),
            vpc_security_group_ids=[group.id],
            auths=[
                {"auth_scheme": "SECRETS", "iam_auth": "DISABLED", "secret_arn": arn}
                for arn in args.secret_arns
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready]),
        )
        targets = aws.rds.ProxyDefaultTargetGroup(
            f"{name}-targets",
            db_proxy_name=proxy.name,
            connection_pool_config={"max_connections_percent": MAX_CONNECTIONS_PERCENT},
            opts=child,
        )
        target = aws.rds.ProxyTarget(
            f"{name}-target",
            db_proxy_name=proxy.name,
            target_group_name=targets.name,
            db_cluster_identifier=args.cluster_identifier,
            db_instance_identifier=args.instance_identifier,
            opts=child,
        )
        make_alarm(
            f"{name}-waits",
            Alarm(
                kind=AlarmKind.DATABASE_BUSY,
                description=f"Clients of {name} wait for a connection: look for long transactions",
                namespace="AWS/RDS",
                metric="DatabaseConnectionsBorrowLatency",
                dimensions={"ProxyName": proxy.name},
                threshold=BORROW_LATENCY_MICROSECONDS,
                statistic="Average",
                periods=5,
            ),
            args.alarms,
            child,
            args.tags,
        )

        # It answers once it has a target.
        address = pulumi.Output.all(proxy.endpoint, target.id).apply(lambda both: str(both[0]))
        self.host = address.apply(_host)
        self.port = address.apply(lambda found: _port(found, args.family))
        self.register_outputs({"host": self.host, "port": self.port})

    def _admit(self, name: str, args: DatabaseProxyArgs, group: aws.ec2.SecurityGroup) -> None:
        child = pulumi.ResourceOptions(parent=self)
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-into-database",
            security_group_id=args.database_group_id,
            referenced_security_group_id=group.id,
            description=f"Connections of the proxy {name}",
            ip_protocol="tcp",
            from_port=args.database_port,
            to_port=args.database_port,
            tags=args.tags,
            opts=child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-database",
            security_group_id=group.id,
            referenced_security_group_id=args.database_group_id,
            description=f"Connections of {name} to its database",
            ip_protocol="tcp",
            from_port=args.database_port,
            to_port=args.database_port,
            tags=args.tags,
            opts=child,
        )


def _read(args: DatabaseProxyArgs) -> list[Statement]:
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    statements = [Statement(actions=actions, resources=list(args.secret_arns))]
    if args.key_arn is not None:
        statements.append(use_key(args.key_arn, encrypt=False))
    return statements


def _host(endpoint: str) -> str:
    return endpoint.partition(":")[0]


def _port(endpoint: str, family: ProxyFamily) -> int:
    """Return the port in *endpoint*; AWS's have none, and listen on the family's default."""
    return int(endpoint.partition(":")[2] or PROXY_PORTS[family])
