"""Rules on ElastiCache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.requirement import require_value
from policy.engine.resource_types import (
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_SERVERLESS_CACHE,
)
from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import UNKNOWN, is_missing, is_not_true, is_true, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

CONTAINED = {
    "kmsKeyId": "kms_key_id",
    "subnetIds": "subnet_ids",
    "securityGroupIds": "security_group_ids",
}


@rule(
    ELASTICACHE_REPLICATION_GROUP,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Caches can hold sessions and customer data, which are also written to disk and snapshots.",
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
    if is_not_true(encrypted):
        yield (
            f"The cache '{cache.name}' must be encrypted at rest: set"
            " at_rest_encryption_enabled=True."
        )


@rule(
    ELASTICACHE_REPLICATION_GROUP,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without TLS, passwords and cached data can be read in transit.",
    references=(
        "FSBP ElastiCache.5",
        "Config elasticache-repl-grp-encrypted-in-transit",
        "Checkov CKV_AWS_30",
        "cdk-nag AwsSolutions-AEC3",
    ),
)
def elasticache_encrypted_in_transit(cache: Resource) -> Iterator[str]:
    """Cache clusters must require TLS."""
    if is_not_true(cache.get("transitEncryptionEnabled")):
        yield (f"The cache '{cache.name}' must require TLS: set transit_encryption_enabled=True.")
    elif cache.get("transitEncryptionMode") == "preferred":
        yield (
            f"The cache '{cache.name}' must require TLS: set transit_encryption_mode=\"required\"."
        )


@rule(
    ELASTICACHE_REPLICATION_GROUP,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Any client that can reach an unauthenticated cache can read and change its data.",
    references=(
        "FSBP ElastiCache.6",
        "Config elasticache-repl-grp-redis-auth-enabled",
        "Config elasticache-rbac-auth-enabled",
        "Checkov CKV_AWS_31",
        "cdk-nag AwsSolutions-AEC6",
    ),
)
def elasticache_authenticated(cache: Resource) -> Iterator[str]:
    """Cache clusters must require authentication."""
    if all(cache.is_missing(path) for path in ("authToken", "authTokenWo", "userGroupIds")):
        yield (
            f"The cache '{cache.name}' must require authentication: set user_group_ids, or"
            " auth_token from a secret."
        )


@require_value(
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_CLUSTER,
    path="autoMinorVersionUpgrade",
    default=True,
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Minor versions contain security fixes.",
    references=(
        "FSBP ElastiCache.2",
        "Config elasticache-auto-minor-version-upgrade-check",
        "Checkov CKV_AWS_322",
    ),
)
def elasticache_minor_upgrades() -> None:
    """Cache clusters must install minor versions automatically."""


@rule(
    ELASTICACHE_SERVERLESS_CACHE,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "Omitted settings fall back to an AWS owned key and the default VPC with its default"
        " security group."
    ),
)
def elasticache_serverless_contained(cache: Resource) -> Iterator[str]:
    """Serverless caches must have a key, subnets and security groups."""
    missing = [argument for path, argument in CONTAINED.items() if cache.is_missing(path)]
    if missing:
        yield (
            f"The serverless cache '{cache.name}' must have a key, subnets and security groups: set"
            f" {', '.join(missing)}."
        )


@rule(
    ELASTICACHE_REPLICATION_GROUP,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without automatic failover, an Availability Zone outage makes the cache unavailable.",
    references=(
        "FSBP ElastiCache.3",
        "Config elasticache-repl-grp-auto-failover-enabled",
        "Checkov CKV2_AWS_50",
        "cdk-nag AwsSolutions-AEC4",
    ),
)
def elasticache_failover(group: Resource) -> Iterator[str]:
    """Replication groups must fail over to another Availability Zone automatically."""
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
        yield f"The cache '{group.name}' must fail over automatically: set {' and '.join(off)}."


@rule(
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_CLUSTER,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Without snapshots, data that exists only in the cache, such as sessions, cannot be"
        " restored."
    ),
    params={"minDays": 1},
    references=(
        "FSBP ElastiCache.1",
        "Config elasticache-redis-cluster-automatic-backup-check",
        "Checkov CKV_AWS_134",
    ),
)
def elasticache_snapshots(cache: Resource) -> Iterator[str]:
    """Cache clusters must keep snapshots."""
    if cache.type == ELASTICACHE_CLUSTER and (
        cache.get("engine") in ("memcached", UNKNOWN) or not cache.is_missing("replicationGroupId")
    ):
        return
    kept, least = cache.get("snapshotRetentionLimit"), cache.params["minDays"]
    if kept is not UNKNOWN and (number(kept) or 0) < least:
        yield (
            f"The cache '{cache.name}' must keep snapshots: set snapshot_retention_limit to"
            f" {least:.0f} or more."
        )


@rule(
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    pack=Pack.SECURITY,
    concern=Concern.NETWORK,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "The default subnet group places the cache in the subnets of the default VPC, which are"
        " public."
    ),
    references=(
        "FSBP ElastiCache.7",
        "Config elasticache-subnet-group-check",
        "Checkov CKV_AWS_323",
        "cdk-nag AwsSolutions-AEC1",
    ),
)
def elasticache_own_subnet_group(cache: Resource) -> Iterator[str]:
    """Cache clusters must not be in the default subnet group."""
    group = cache.get("subnetGroupName")
    member = cache.type == ELASTICACHE_CLUSTER and not cache.is_missing("replicationGroupId")
    if (is_missing(group) or group == "default") and not member:
        yield (
            f"The cache '{cache.name}' must have its own subnet group: set subnet_group_name to an"
            " aws.elasticache.SubnetGroup."
        )
