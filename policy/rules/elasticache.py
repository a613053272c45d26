"""Rules on ElastiCache."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.keys import is_aws_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_missing, is_not_true, is_true, number

CONTAINED = {
    "kmsKeyId": "kms_key_id",
    "subnetIds": "subnet_ids",
    "securityGroupIds": "security_group_ids",
}
CAPS = {
    "cacheUsageLimits.dataStorage.maximum": "data_storage.maximum",
    "cacheUsageLimits.ecpuPerSeconds.maximum": "ecpu_per_seconds.maximum",
}


@rule(aws.ELASTICACHE_REPLICATION_GROUP)
@classify("security", "data", "medium", "mandatory")
def elasticache_encrypted_at_rest(cache: Resource) -> Messages:
    """Cache clusters must be encrypted at rest.

    Caches can hold sessions and customer data, which are also written to disk and snapshots.

    References: FSBP ElastiCache.4, Config elasticache-repl-grp-encrypted-at-rest,
    Checkov CKV_AWS_29, cdk-nag AwsSolutions-AEC3
    """
    encrypted = cache.get("atRestEncryptionEnabled")
    if is_missing(encrypted) and cache.get("engine") in ("valkey", UNKNOWN):
        return
    if is_not_true(encrypted):
        yield (
            f"The cache '{cache.name}' must be encrypted at rest: set"
            " at_rest_encryption_enabled=True."
        )


@rule(aws.ELASTICACHE_REPLICATION_GROUP)
@classify("security", "data", "medium", "mandatory")
def elasticache_encrypted_in_transit(cache: Resource) -> Messages:
    """Cache clusters must require TLS.

    Without TLS, passwords and cached data can be read in transit.

    References: FSBP ElastiCache.5, Config elasticache-repl-grp-encrypted-in-transit,
    Checkov CKV_AWS_30, cdk-nag AwsSolutions-AEC3
    """
    if is_not_true(cache.get("transitEncryptionEnabled")):
        yield (f"The cache '{cache.name}' must require TLS: set transit_encryption_enabled=True.")
    elif cache.get("transitEncryptionMode") == "preferred":
        yield (
            f"The cache '{cache.name}' must require TLS: set transit_encryption_mode=\"required\"."
        )


@rule(aws.ELASTICACHE_REPLICATION_GROUP)
@classify("security", "data", "medium", "mandatory")
def elasticache_authenticated(cache: Resource) -> Messages:
    """Cache clusters must require authentication.

    Any client that can reach an unauthenticated cache can read and change its data.

    References: FSBP ElastiCache.6, Config elasticache-repl-grp-redis-auth-enabled,
    Config elasticache-rbac-auth-enabled, Checkov CKV_AWS_31, cdk-nag AwsSolutions-AEC6
    """
    if all(cache.is_missing(path) for path in ("authToken", "authTokenWo", "userGroupIds")):
        yield (
            f"The cache '{cache.name}' must require authentication: set user_group_ids, or"
            " auth_token from a secret."
        )


@require_value(
    aws.ELASTICACHE_REPLICATION_GROUP,
    aws.ELASTICACHE_CLUSTER,
    path="autoMinorVersionUpgrade",
    default=True,
    remediates=True,
)
@classify("security", "data", "high", "mandatory")
def elasticache_minor_upgrades() -> None:
    """Cache clusters must install minor versions automatically.

    Minor versions contain security fixes.

    References: FSBP ElastiCache.2, Config elasticache-auto-minor-version-upgrade-check,
    Checkov CKV_AWS_322
    """


@rule(aws.ELASTICACHE_SERVERLESS_CACHE)
@classify("security", "data", "low", "advisory")
def elasticache_serverless_contained(cache: Resource) -> Messages:
    """Serverless caches must have a key, subnets and security groups.

    Omitted settings fall back to an AWS owned key and the default VPC with its default security
    group.
    """
    missing = [
        argument
        for path, argument in CONTAINED.items()
        if cache.is_missing(path) or is_aws_managed_key(cache.get(path))
    ]
    if missing:
        yield (
            f"The serverless cache '{cache.name}' must have a key, subnets and security groups: set"
            f" {', '.join(missing)}."
        )


@rule(aws.ELASTICACHE_SERVERLESS_CACHE)
@classify("architecture", "cost", "medium", "mandatory")
def elasticache_serverless_capped(cache: Resource) -> Messages:
    """Serverless caches must have maximums of data storage and of ECPUs per second.

    Without usage limits, a faulty client or a missing TTL raises the cost without bound.
    """
    missing = [
        argument
        for path, argument in CAPS.items()
        if (value := cache.get(path)) is not UNKNOWN and not number(value)
    ]
    if missing:
        yield (
            f"The serverless cache '{cache.name}' must be capped: set {' and '.join(missing)} in"
            " cache_usage_limits."
        )


@rule(aws.ELASTICACHE_REPLICATION_GROUP)
@classify("reliability", "resilience", "medium", "mandatory")
def elasticache_failover(group: Resource) -> Messages:
    """Replication groups must fail over to another Availability Zone automatically.

    Without automatic failover, an Availability Zone outage makes the cache unavailable.

    References: FSBP ElastiCache.3, Config elasticache-repl-grp-auto-failover-enabled,
    Checkov CKV2_AWS_50, cdk-nag AwsSolutions-AEC4
    """
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


@rule(aws.ELASTICACHE_REPLICATION_GROUP, aws.ELASTICACHE_CLUSTER, params={"minDays": 1})
@classify("reliability", "resilience", "high", "mandatory")
def elasticache_snapshots(cache: Resource) -> Messages:
    """Cache clusters must keep snapshots.

    Without snapshots, data that exists only in the cache, such as sessions, cannot be restored.

    References: FSBP ElastiCache.1, Config elasticache-redis-cluster-automatic-backup-check,
    Checkov CKV_AWS_134
    """
    if cache.type == aws.ELASTICACHE_CLUSTER and (
        cache.get("engine") in ("memcached", UNKNOWN) or not cache.is_missing("replicationGroupId")
    ):
        return
    kept, least = cache.get("snapshotRetentionLimit"), cache.params["minDays"]
    if kept is not UNKNOWN and (number(kept) or 0) < least:
        yield (
            f"The cache '{cache.name}' must keep snapshots: set snapshot_retention_limit to"
            f" {least:.0f} or more."
        )


@rule(aws.ELASTICACHE_CLUSTER, aws.ELASTICACHE_REPLICATION_GROUP)
@classify("security", "network", "high", "mandatory")
def elasticache_own_subnet_group(cache: Resource) -> Messages:
    """Cache clusters must not be in the default subnet group.

    The default subnet group places the cache in the subnets of the default VPC, which are public.

    References: FSBP ElastiCache.7, Config elasticache-subnet-group-check, Checkov CKV_AWS_323,
    cdk-nag AwsSolutions-AEC1
    """
    group = cache.get("subnetGroupName")
    member = cache.type == aws.ELASTICACHE_CLUSTER and not cache.is_missing("replicationGroupId")
    if (is_missing(group) or group == "default") and not member:
        yield (
            f"The cache '{cache.name}' must have its own subnet group: set subnet_group_name to an"
            " aws.elasticache.SubnetGroup."
        )
