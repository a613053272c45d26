"""Rules on stores that security groups guard: one service owns each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.owners import (
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    are_strangers,
    reaching_groups,
)
from policy.engine.rule import Finding, Level, Severity, stack_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

INSTANCE = "aws:rds/instance:Instance"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"


DATABASE_CLUSTER = "aws:rds/cluster:Cluster"
CACHE_CLUSTER = "aws:elasticache/cluster:Cluster"
MEMORY_CLUSTER = "aws:memorydb/cluster:Cluster"


@stack_rule(
    INSTANCE,
    DATABASE_CLUSTER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    INGRESS_RULE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A database that two services share ties them together: neither can change its schema.",
    params={"serviceTag": "service"},
)
def rds_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Databases must be reachable by the service that owns them alone."""
    for database in stack.of(INSTANCE, DATABASE_CLUSTER):
        yield from _strangers(stack, database, "vpcSecurityGroupIds")


@stack_rule(
    REPLICATION_GROUP,
    SERVERLESS_CACHE,
    CACHE_CLUSTER,
    MEMORY_CLUSTER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    INGRESS_RULE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A cache that two services share lets each of them break the other's data.",
    params={"serviceTag": "service"},
)
def cache_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Each cache must be reachable by the service that owns it alone."""
    for cache in stack.of(REPLICATION_GROUP, SERVERLESS_CACHE, CACHE_CLUSTER, MEMORY_CLUSTER):
        yield from _strangers(stack, cache, "securityGroupIds")


def _strangers(stack: Stack, store: Resource, path: str) -> Iterator[Finding]:
    tag = stack.params["serviceTag"]
    for group in reaching_groups(stack, store, path):
        if are_strangers(store, group, tag):
            text = (
                f"The store '{store.name}' must be reached by its own service alone: remove"
                f" '{group.name}' from the ingress of its security group, and call the service that"
                f" owns it, or give both the same tag {tag}."
            )
            yield Finding(text, store.urn)
