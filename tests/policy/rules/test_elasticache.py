"""Tests of policy.rules.elasticache."""

from policy.rules.elasticache import (
    elasticache_authenticated,
    elasticache_encrypted_at_rest,
    elasticache_encrypted_in_transit,
    elasticache_failover,
    elasticache_minor_upgrades,
    elasticache_own_subnet_group,
    elasticache_serverless_contained,
    elasticache_snapshots,
)
from policy.testing import check, unknown

KEY = "arn:aws:kms:eu-west-1:1:key/a"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CACHE = {
    "description": "carts",
    "engine": "redis",
    "atRestEncryptionEnabled": True,
    "transitEncryptionEnabled": True,
    "userGroupIds": ["carts"],
}
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


def test_elasticache_encrypted_at_rest():
    check(
        elasticache_encrypted_at_rest,
        GROUP,
        CACHE,
        kept=[
            {"atRestEncryptionEnabled": "true"},
            {"atRestEncryptionEnabled": None, "engine": "valkey"},
        ],
        broken=[
            {"atRestEncryptionEnabled": None},
            {"atRestEncryptionEnabled": False},
            {"atRestEncryptionEnabled": "false", "engine": "valkey"},
        ],
        unknown_at=["atRestEncryptionEnabled"],
    )


def test_elasticache_encrypted_in_transit():
    check(
        elasticache_encrypted_in_transit,
        GROUP,
        CACHE,
        kept=[{"transitEncryptionMode": "required"}],
        broken=[
            {"transitEncryptionEnabled": None},
            {"transitEncryptionEnabled": False},
            {"transitEncryptionMode": "preferred"},
        ],
        unknown_at=["transitEncryptionEnabled", "transitEncryptionMode"],
    )


def test_elasticache_authenticated():
    check(
        elasticache_authenticated,
        GROUP,
        CACHE,
        kept=[{"userGroupIds": None, "authToken": unknown}],
        broken=[{"userGroupIds": None}, {"userGroupIds": []}],
        unknown_at=["userGroupIds"],
    )


def test_elasticache_minor_upgrades():
    check(
        elasticache_minor_upgrades,
        GROUP,
        CACHE,
        kept=[{"autoMinorVersionUpgrade": True}],
        broken=[{"autoMinorVersionUpgrade": False}, {"autoMinorVersionUpgrade": "false"}],
        unknown_at=["autoMinorVersionUpgrade"],
    )


def test_elasticache_serverless_contained():
    check(
        elasticache_serverless_contained,
        "aws:elasticache/serverlessCache:ServerlessCache",
        {"engine": "valkey", "kmsKeyId": KEY, "subnetIds": ["a"], "securityGroupIds": ["sg-1"]},
        broken=[{"kmsKeyId": None}, {"subnetIds": None}, {"securityGroupIds": []}],
        unknown_at=["kmsKeyId", "subnetIds", "securityGroupIds"],
    )


def test_elasticache_own_subnet_group():
    check(
        elasticache_own_subnet_group,
        "aws:elasticache/cluster:Cluster",
        {"engine": "memcached", "nodeType": "cache.t4g.small", "subnetGroupName": "carts"},
        kept=[{"subnetGroupName": None, "replicationGroupId": "carts"}],
        broken=[{"subnetGroupName": None}, {"subnetGroupName": "default"}],
        unknown_at=["subnetGroupName"],
    )


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
