"""What the rules on caches that have to survive accept and refuse."""

from policy.rules.resilience.elasticache import elasticache_failover, elasticache_snapshots
from policy.testing import check

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
WHOLE = {
    "description": "Sessions",
    "engine": "valkey",
    "numCacheClusters": 2,
    "automaticFailoverEnabled": True,
    "multiAzEnabled": True,
    "snapshotRetentionLimit": 1,
    "authToken": "correct horse",
}


def test_elasticache_failover():
    check(
        elasticache_failover,
        GROUP,
        WHOLE,
        broken=[
            {"automaticFailoverEnabled": False},
            {"automaticFailoverEnabled": None},
            {"multiAzEnabled": None},
        ],
        unknown_at=["automaticFailoverEnabled", "multiAzEnabled"],
    )


def test_elasticache_snapshots():
    check(
        elasticache_snapshots,
        GROUP,
        WHOLE,
        broken=[{"snapshotRetentionLimit": 0}, {"snapshotRetentionLimit": None}],
        unknown_at=["snapshotRetentionLimit"],
    )
    check(
        elasticache_snapshots,
        CLUSTER,
        {"clusterId": "sessions", "engine": "redis", "snapshotRetentionLimit": 5},
        kept=[
            {"engine": "memcached", "snapshotRetentionLimit": None},
            {"replicationGroupId": "sessions", "snapshotRetentionLimit": None},
        ],
        broken=[{"snapshotRetentionLimit": None}],
        unknown_at=["snapshotRetentionLimit", "engine"],
    )
