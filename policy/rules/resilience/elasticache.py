"""Rules on caches that have to survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_true, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"


@rule(
    GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A cache in one zone is down for as long as the zone is, and every request is slow.",
    references=(
        "FSBP ElastiCache.3",
        "Config elasticache-repl-grp-auto-failover-enabled",
        "Checkov CKV2_AWS_50",
        "cdk-nag AwsSolutions-AEC4",
    ),
)
def elasticache_failover(group: Resource) -> Iterator[str]:
    """In-memory stores must fail over to another zone by themselves."""
    wanted = {
        "automaticFailoverEnabled": "automatic_failover_enabled",
        "multiAzEnabled": "multi_az_enabled",
    }
    off = [
        f"{argument}=True"
        for key, argument in wanted.items()
        if (value := group.get(key)) is not UNKNOWN and not is_true(value)
    ]
    if off:
        yield f"The cache '{group.name}' must fail over by itself: set {' and '.join(off)}."


@rule(
    GROUP,
    CLUSTER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="What a cache holds besides copies, sessions say, is gone with its last node.",
    params={"minDays": 1},
    references=(
        "FSBP ElastiCache.1",
        "Config elasticache-redis-cluster-automatic-backup-check",
        "Checkov CKV_AWS_134",
    ),
)
def elasticache_snapshots(cache: Resource) -> Iterator[str]:
    """In-memory stores must keep snapshots."""
    if cache.type == CLUSTER and (
        cache.get("engine") in ("memcached", UNKNOWN) or not cache.is_missing("replicationGroupId")
    ):
        return
    kept, least = cache.get("snapshotRetentionLimit"), cache.params["minDays"]
    if kept is not UNKNOWN and (number(kept) or 0) < least:
        yield (
            f"The cache '{cache.name}' must keep snapshots: set snapshot_retention_limit to"
            f" {least:.0f} or more."
        )
