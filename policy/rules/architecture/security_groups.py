"""Rules on stores that security groups guard: one service owns each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.owners import (
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    reaching_group_findings,
)
from policy.engine.rule import Finding, Level, Severity, stack_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        yield from reaching_group_findings(stack, database, "vpcSecurityGroupIds")


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
        yield from reaching_group_findings(stack, cache, "securityGroupIds")
