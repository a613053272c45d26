"""What the rules on tables, their caches and other caches accept and refuse."""

from policy.rules.data.dax import dax_encrypted, dax_endpoint_tls
from policy.rules.data.dynamodb import dynamodb_own_key
from policy.rules.data.elasticache import (
    elasticache_authenticated,
    elasticache_encrypted_at_rest,
    elasticache_encrypted_in_transit,
    elasticache_minor_upgrades,
    elasticache_serverless_contained,
)
from policy.testing import check, unknown

KEY = "arn:aws:kms:eu-west-1:1:key/a"


def test_dynamodb_own_key():
    encryption = {"enabled": True, "kmsKeyArn": KEY}
    check(
        dynamodb_own_key,
        "aws:dynamodb/table:Table",
        {
            "hashKey": "sku",
            "billingMode": "PAY_PER_REQUEST",
            "serverSideEncryption": encryption,
            "replicas": [{"regionName": "eu-central-1", "kmsKeyArn": KEY}],
            "tags": {"data-class": "confidential"},
        },
        kept=[
            {"replicas": None},
            {"serverSideEncryption": {"enabled": True, "kmsKeyArn": unknown}},
            {"serverSideEncryption": None, "tags": {"data-class": "public"}, "replicas": None},
        ],
        broken=[
            {"serverSideEncryption": None},
            {"serverSideEncryption": None, "tags": None},
            {"serverSideEncryption": {"enabled": True}},
            {"serverSideEncryption": {"enabled": False, "kmsKeyArn": KEY}},
            {"replicas": [{"regionName": "eu-central-1"}]},
        ],
        unknown_at=["serverSideEncryption", "replicas"],
    )
    check(
        dynamodb_own_key,
        "aws:dynamodb/tableReplica:TableReplica",
        {"globalTableArn": "arn:aws:dynamodb:eu-west-1:1:table/a", "kmsKeyArn": KEY},
        broken=[{"kmsKeyArn": None}],
        unknown_at=["kmsKeyArn"],
    )


DAX = {
    "clusterName": "catalog",
    "iamRoleArn": "arn:aws:iam::111122223333:role/dax",
    "nodeType": "dax.t3.small",
    "replicationFactor": 3,
    "serverSideEncryption": {"enabled": True},
    "clusterEndpointEncryptionType": "TLS",
}


def test_dax_encrypted():
    check(
        dax_encrypted,
        "aws:dax/cluster:Cluster",
        DAX,
        broken=[{"serverSideEncryption": None}, {"serverSideEncryption": {"enabled": False}}],
        unknown_at=["serverSideEncryption"],
    )


def test_dax_endpoint_tls():
    check(
        dax_endpoint_tls,
        "aws:dax/cluster:Cluster",
        DAX,
        broken=[
            {"clusterEndpointEncryptionType": None},
            {"clusterEndpointEncryptionType": "NONE"},
        ],
        unknown_at=["clusterEndpointEncryptionType"],
    )


GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CACHE = {
    "description": "carts",
    "engine": "redis",
    "atRestEncryptionEnabled": True,
    "transitEncryptionEnabled": True,
    "userGroupIds": ["carts"],
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
