"""Rules on where caches stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ELASTICACHE_CLUSTER = "aws:elasticache/cluster:Cluster"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
VPC = "aws:ec2/vpc:Vpc"


@rule(
    ELASTICACHE_CLUSTER,
    REPLICATION_GROUP,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="The default group puts a cache in whatever subnets the default VPC has.",
    references=(
        "FSBP ElastiCache.7",
        "Config elasticache-subnet-group-check",
        "Checkov CKV_AWS_323",
        "cdk-nag AwsSolutions-AEC1",
    ),
)
def elasticache_own_subnet_group(cache: Resource) -> Iterator[str]:
    """Cache clusters must be in a subnet group of their own."""
    group = cache.get("subnetGroupName")
    member = cache.type == ELASTICACHE_CLUSTER and not cache.is_missing("replicationGroupId")
    if (is_missing(group) or group == "default") and not member:
        yield (
            f"The cache '{cache.name}' must be in subnets of its own: set subnet_group_name to an"
            " aws.elasticache.SubnetGroup."
        )
