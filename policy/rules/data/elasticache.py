"""Rules on caches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remedy import inputs
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_false, is_missing, is_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ELASTICACHE_CLUSTER = "aws:elasticache/cluster:Cluster"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"
VPC = "aws:ec2/vpc:Vpc"
CONTAINED = {
    "kmsKeyId": "kms_key_id",
    "subnetIds": "subnet_ids",
    "securityGroupIds": "security_group_ids",
}


@rule(
    REPLICATION_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Sessions and carts are customers' data, also where they lie for minutes only.",
    references=(
        "FSBP ElastiCache.4",
        "Config elasticache-repl-grp-encrypted-at-rest",
        "Checkov CKV_AWS_29",
        "cdk-nag AwsSolutions-AEC3",
    ),
)
def elasticache_encrypted_at_rest(cache: Resource) -> Iterator[str]:
    """Cache clusters must be encrypted at rest."""
    encrypted = cache.get("atRestEncryptionEnabled")
    if is_missing(encrypted) and cache.get("engine") in ("valkey", UNKNOWN):
        return
    if is_off(encrypted):
        yield (
            f"The cache '{cache.name}' must be encrypted at rest: set"
            " at_rest_encryption_enabled=True."
        )


@rule(
    REPLICATION_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without TLS the password of the cache, and what it holds, can be read on the way.",
    references=(
        "FSBP ElastiCache.5",
        "Config elasticache-repl-grp-encrypted-in-transit",
        "Checkov CKV_AWS_30",
        "cdk-nag AwsSolutions-AEC3",
    ),
)
def elasticache_encrypted_in_transit(cache: Resource) -> Iterator[str]:
    """Cache clusters must be spoken to over TLS only."""
    if is_off(cache.get("transitEncryptionEnabled")):
        yield (
            f"The cache '{cache.name}' must be spoken to over TLS: set"
            " transit_encryption_enabled=True."
        )
    elif cache.get("transitEncryptionMode") == "preferred":
        yield (
            f"The cache '{cache.name}' must refuse connections without TLS: set"
            ' transit_encryption_mode="required".'
        )


@rule(
    REPLICATION_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A cache without a login answers whatever can reach it.",
    references=(
        "FSBP ElastiCache.6",
        "Config elasticache-repl-grp-redis-auth-enabled",
        "Config elasticache-rbac-auth-enabled",
        "Checkov CKV_AWS_31",
        "cdk-nag AwsSolutions-AEC6",
    ),
)
def elasticache_authenticated(cache: Resource) -> Iterator[str]:
    """Cache clusters must ask who connects."""
    if all(cache.is_missing(path) for path in ("authToken", "authTokenWo", "userGroupIds")):
        yield (
            f"The cache '{cache.name}' must ask who connects: set user_group_ids, or auth_token"
            " from a secret."
        )


@rule(
    REPLICATION_GROUP,
    ELASTICACHE_CLUSTER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Minor versions are where AWS closes the holes that have become known.",
    references=(
        "FSBP ElastiCache.2",
        "Config elasticache-auto-minor-version-upgrade-check",
        "Checkov CKV_AWS_322",
    ),
    remediation="Set auto_minor_version_upgrade to True.",
    remediate=lambda found: inputs(found, {"autoMinorVersionUpgrade": True}),
)
def elasticache_minor_upgrades(cache: Resource) -> Iterator[str]:
    """Cache clusters must take minor upgrades by themselves."""
    if is_false(cache.get("autoMinorVersionUpgrade")):
        yield (
            f"The cache '{cache.name}' must take minor upgrades: set"
            " auto_minor_version_upgrade=True."
        )


@rule(
    SERVERLESS_CACHE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="What is left out comes from AWS or from the default VPC, whose group trusts everybody.",
)
def elasticache_serverless_contained(cache: Resource) -> Iterator[str]:
    """Serverless caches must have a key, subnets and security groups of their own."""
    missing = [argument for path, argument in CONTAINED.items() if cache.is_missing(path)]
    if missing:
        yield f"The serverless cache '{cache.name}' must be contained: set {', '.join(missing)}."
