"""Rules on stores that belong to one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.iam import matches
from policy.engine.owners import (
    ATTACHMENT,
    INGRESS_RULE,
    POLICY,
    ROLE,
    ROLE_POLICY,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    actions_of,
    group_access_findings,
    using_role_findings,
)
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.iam import Statement
    from policy.engine.stack import Stack

BUCKET = "aws:s3/bucket:Bucket"
STREAM = "aws:kinesis/stream:Stream"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"
CACHE_CLUSTER = "aws:elasticache/cluster:Cluster"
MEMORY_CLUSTER = "aws:memorydb/cluster:Cluster"


@stack_rule(
    BUCKET,
    ROLE,
    ROLE_POLICY,
    POLICY,
    ATTACHMENT,
    pack=Pack.ARCHITECTURE,
    concern=Concern.ARCHITECTURE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A bucket that two services share is nobody's: nothing in it can be moved or removed.",
    params={"exemptPurposes": ["audit", "event-store", "logs"], "serviceTag": "service"},
)
def bucket_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Buckets must be used by the service that owns them alone."""
    purpose_tag = stack.settings.purpose_tag

    def uses(statement: Statement) -> bool:
        return any(True for _ in actions_of(statement, "s3"))

    exempt = (*stack.params["exemptPurposes"], UNKNOWN)
    buckets = [one for one in stack.of_type(BUCKET) if one.tag(purpose_tag) not in exempt]
    yield from using_role_findings(stack, buckets, uses)


@stack_rule(
    STREAM,
    ROLE,
    ROLE_POLICY,
    POLICY,
    ATTACHMENT,
    pack=Pack.ARCHITECTURE,
    concern=Concern.ARCHITECTURE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="What two services write to one stream nobody can order, replay or take back.",
    params={"writeActions": ["kinesis:PutRecord", "kinesis:PutRecords"], "serviceTag": "service"},
)
def stream_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Streams must be written to by the service that owns them alone."""
    writes = stack.params["writeActions"]

    def uses(statement: Statement) -> bool:
        found = list(actions_of(statement, "kinesis"))
        return any(matches(pattern, action) for pattern in found for action in writes)

    yield from using_role_findings(stack, stack.of_type(STREAM), uses)


@stack_rule(
    REPLICATION_GROUP,
    SERVERLESS_CACHE,
    CACHE_CLUSTER,
    MEMORY_CLUSTER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    INGRESS_RULE,
    pack=Pack.ARCHITECTURE,
    concern=Concern.ARCHITECTURE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A cache that two services share lets each of them break the other's data.",
    params={"serviceTag": "service"},
)
def cache_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Each cache must be reachable by the service that owns it alone."""
    for cache in stack.of_type(REPLICATION_GROUP, SERVERLESS_CACHE, CACHE_CLUSTER, MEMORY_CLUSTER):
        yield from group_access_findings(stack, cache, "securityGroupIds")
