"""A Valkey cache: ElastiCache Serverless, or a replication group of nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.data.cache_alarms import node_alarms, serverless_alarms
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

PORT, READER_PORT = 6379, 6380  # ElastiCache Serverless has no other ones
IDENTIFIER = re.compile("(?=.{1,40}$)[a-z](-?[a-z0-9])*")
ACCESS = "on ~* &* +@all -@admin -@dangerous"


@dataclass(frozen=True, kw_only=True)
class ValkeyNodes:
    """Nodes of a cache that is not serverless."""

    node_type: str
    """Node type."""

    shards: int = 1
    """Number of shards; with more than one, cluster mode is enabled."""

    replicas: int = 1
    """Replicas of each shard; without one, the failure of a node is an outage."""

    def __post_init__(self) -> None:
        """Reject values that ElastiCache does not accept."""
        require_between("shards", self.shards, 1, 500)
        require_between("replicas", self.replicas, 1, 5)


@dataclass(frozen=True, kw_only=True)
class ValkeyCacheArgs:
    """User, network, capacity and snapshots of a Valkey cache."""

    identifier: str
    """ID of the cache, its user and their group; unique in the account and Region."""

    vpc_id: pulumi.Input[str]
    """VPC of the cache."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    version: str = "8.1"
    """Version of Valkey; of a serverless cache, the major version."""

    max_storage_gb: int = 1
    """Maximum data storage of a serverless cache in GB, beyond which items are evicted."""

    max_ecpu_per_second: int = 5000
    """Maximum ECPUs per second of a serverless cache, beyond which commands are throttled."""

    nodes: ValkeyNodes | None = None
    """Nodes; default: a serverless cache."""

    snapshot_days: int = 1
    """Retention of daily snapshots in days."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of data at rest; default: a key owned by ElastiCache."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that ElastiCache does not accept."""
        require_between("max_storage_gb", self.max_storage_gb, 1, 5000)
        require_between("max_ecpu_per_second", self.max_ecpu_per_second, 1000, 15_000_000)
        require_between("snapshot_days", self.snapshot_days, 1, 35)
        if not IDENTIFIER.fullmatch(self.identifier):
            want = "use at most 40 lower-case letters, digits and hyphens, a letter first"
            raise InvalidArgError("identifier", self.identifier, want)


class ValkeyCache(pulumi.ComponentResource):
    """An encrypted cache in isolated subnets, for one user that authenticates with IAM."""

    arn: pulumi.Output[str]
    host: pulumi.Output[str]
    port: pulumi.Output[int]
    cluster_mode: bool
    user_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: ValkeyCacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the cache *name*."""
        super().__init__("bulkhead:data:ValkeyCache", name, as_inputs(args), opts)

        user = self._user(name, args)
        if args.nodes is None:
            cluster_mode = True  # ElastiCache Serverless has no other mode
            alarms = self._serverless(name, args)
        else:
            cluster_mode = args.nodes.shards > 1
            alarms = self._replication_group(name, args, args.nodes)
        for suffix, alarm in alarms.items():
            make_alarm(
                f"{name}-{suffix}",
                alarm,
                args.alarms,
                pulumi.ResourceOptions(parent=self),
                args.tags,
            )

        self.cluster_mode = cluster_mode
        self.user_name = user.user_name
        self._user_arn = user.arn
        self.register_outputs(
            {
                "arn": self.arn,
                "host": self.host,
                "port": self.port,
                "cluster_mode": self.cluster_mode,
                "user_name": self.user_name,
            }
        )

    def allow_connect(self) -> list[Statement]:
        """Return the permission to connect as the cache's user."""
        return [Statement(actions=["elasticache:Connect"], resources=[self.arn, self._user_arn])]

    def _user(self, name: str, args: ValkeyCacheArgs) -> aws.elasticache.User:
        child = pulumi.ResourceOptions(parent=self)
        user = aws.elasticache.User(
            f"{name}-user",
            engine="valkey",
            user_id=args.identifier,
            user_name=args.identifier,
            access_string=ACCESS,
            authentication_mode={"type": "iam"},
            tags=args.tags,
            opts=child,
        )
        users = aws.elasticache.UserGroup(
            f"{name}-users",
            engine="valkey",
            user_group_id=args.identifier,
            user_ids=[user.user_id],
            tags=args.tags,
            opts=child,
        )
        self._user_group_id = users.user_group_id
        return user

    def _serverless(self, name: str, args: ValkeyCacheArgs) -> dict[str, Alarm]:
        cache = aws.elasticache.ServerlessCache(
            f"{name}-cache",
            name=args.identifier,
            engine="valkey",
            major_engine_version=args.version.partition(".")[0],
            description=f"Serverless cache of {name}",
            cache_usage_limits={
                "data_storage": {"maximum": args.max_storage_gb, "unit": "GB"},
                "ecpu_per_seconds": [{"maximum": args.max_ecpu_per_second}],
            },
            user_group_id=self._user_group_id,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[self._group(name, args)],
            kms_key_id=args.key_arn,
            snapshot_retention_limit=args.snapshot_days,
            daily_snapshot_time="03:00",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.arn = cache.arn
        self.host = cache.endpoints[0].address
        self.port = cache.endpoints[0].port
        return serverless_alarms(name, cache.name, args.max_storage_gb, args.max_ecpu_per_second)

    def _replication_group(
        self, name: str, args: ValkeyCacheArgs, nodes: ValkeyNodes
    ) -> dict[str, Alarm]:
        child, sharded = pulumi.ResourceOptions(parent=self), nodes.shards > 1
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-subnets",
            subnet_ids=list(args.subnet_ids),
            description=f"Isolated subnets of {name}",
            tags=args.tags,
            opts=child,
        )
        parameters = aws.elasticache.ParameterGroup(
            f"{name}-parameters",
            family=f"valkey{args.version.partition('.')[0]}",
            description=f"Eviction and cluster mode of {name}",
            parameters=[
                {"name": "maxmemory-policy", "value": "allkeys-lru"},
                *([{"name": "cluster-enabled", "value": "yes"}] if sharded else []),
            ],
            tags=args.tags,
            opts=child,
        )
        group = aws.elasticache.ReplicationGroup(
            f"{name}-nodes",
            replication_group_id=args.identifier,
            engine="valkey",
            engine_version=args.version,
            description=f"Nodes of {name}",
            node_type=nodes.node_type,
            cluster_mode="enabled" if sharded else "disabled",
            num_node_groups=nodes.shards if sharded else None,
            replicas_per_node_group=nodes.replicas if sharded else None,
            num_cache_clusters=None if sharded else nodes.replicas + 1,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            port=PORT,
            parameter_group_name=parameters.name,
            subnet_group_name=subnets.name,
            security_group_ids=[self._group(name, args)],
            user_group_ids=[self._user_group_id],
            at_rest_encryption_enabled=True,
            kms_key_id=args.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auto_minor_version_upgrade=True,
            apply_immediately=True,
            snapshot_retention_limit=args.snapshot_days,
            snapshot_window="03:00-04:00",
            maintenance_window="sun:04:30-sun:05:30",
            tags=args.tags,
            # ElastiCache cannot disable cluster mode, nor enable it in one step.
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, replace_on_changes=["cluster_mode"]
            ),
        )
        self.arn = group.arn
        self.host = (
            group.configuration_endpoint_address if sharded else group.primary_endpoint_address
        )
        self.port = group.port.apply(_port)
        return node_alarms(name, group.replication_group_id)

    def _group(self, name: str, args: ValkeyCacheArgs) -> pulumi.Output[str]:
        group = StoreGroup(
            vpc_id=args.vpc_id,
            clients=args.allowed_security_groups,
            description=f"The cache {name}",
            port=PORT,
            last_port=READER_PORT if args.nodes is None else None,
            tags=args.tags,
        )
        return make_store_group(name, group, pulumi.ResourceOptions(parent=self)).id


def _port(port: int | None) -> int:
    return port or PORT
