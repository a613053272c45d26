"""A Memcached cluster on ElastiCache."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarms import make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.data.cache_alarms import memcached_alarms
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

PORT = 11211
IDENTIFIER = re.compile("(?=.{1,50}$)[a-z](-?[a-z0-9])*")


@dataclass(frozen=True, kw_only=True)
class MemcachedCacheArgs:
    """Network and capacity of a Memcached cluster."""

    identifier: str
    """ID of the cluster; unique in the account and Region."""

    vpc_id: pulumi.Input[str]
    """VPC of the cluster."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    version: str = "1.6.22"
    """Version of Memcached."""

    node_type: str = "cache.t4g.small"
    """Node type."""

    nodes: int = 2
    """Number of nodes, spread over zones; a failed node loses its part of the keys."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that ElastiCache does not accept."""
        require_between("nodes", self.nodes, 1, 40)
        if not IDENTIFIER.fullmatch(self.identifier):
            want = "use at most 50 lower-case letters, digits and hyphens, a letter first"
            raise InvalidArgError("identifier", self.identifier, want)


class MemcachedCache(pulumi.ComponentResource):
    """A cluster in isolated subnets that takes TLS connections only; Memcached has no users."""

    host: pulumi.Output[str]
    port: pulumi.Output[int]
    nodes: pulumi.Output[str]

    def __init__(
        self, name: str, args: MemcachedCacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the cluster *name*."""
        super().__init__("bulkhead:data:MemcachedCache", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = StoreGroup(
            vpc_id=args.vpc_id,
            clients=args.allowed_security_groups,
            description=f"The cache {name}",
            port=PORT,
            tags=args.tags,
        )
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-subnets",
            subnet_ids=list(args.subnet_ids),
            description=f"Isolated subnets of {name}",
            tags=args.tags,
            opts=child,
        )
        cluster = aws.elasticache.Cluster(
            f"{name}-cluster",
            cluster_id=args.identifier,
            engine="memcached",
            engine_version=args.version,
            node_type=args.node_type,
            num_cache_nodes=args.nodes,
            az_mode="cross-az" if args.nodes > 1 else "single-az",
            port=PORT,
            subnet_group_name=subnets.name,
            security_group_ids=[make_store_group(name, group, child).id],
            transit_encryption_enabled=True,
            auto_minor_version_upgrade="true",
            apply_immediately=True,
            maintenance_window="sun:04:30-sun:05:30",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        for suffix, alarm in memcached_alarms(name, cluster.cluster_id).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.host = cluster.cluster_address
        self.port = cluster.port
        self.nodes = cluster.cache_nodes.apply(_addresses)
        self.register_outputs({"host": self.host, "port": self.port, "nodes": self.nodes})


def _addresses(nodes: Sequence[aws.elasticache.outputs.ClusterCacheNode]) -> str:
    """Return host and port of each node, as clients take them: `a:11211,b:11211`."""
    return ",".join(f"{node.address}:{node.port}" for node in nodes)
