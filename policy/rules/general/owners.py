"""Rules on stores that belong to one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.iam import matches
from policy.engine.owners import POLICY, actions_of, group_access_findings, using_role_findings
from policy.engine.resource_types import (
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_SERVERLESS_CACHE,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    KINESIS_STREAM,
    MEMORYDB_CLUSTER,
    S3_BUCKET,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)
from policy.engine.rule import Findings, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from policy.engine.iam import Statement


@stack_rule(
    S3_BUCKET,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    params={"exemptPurposes": ["audit", "event-store", "logs"], "serviceTag": "service"},
)
@classify("architecture", "architecture", "medium", "advisory")
def bucket_one_owning_service(stack: Stack) -> Findings:
    """Buckets must be used only by the service that owns them.

    A shared bucket couples its services: neither can change object keys or formats independently.
    """
    purpose_tag = stack.settings.purpose_tag

    def uses(statement: Statement) -> bool:
        return any(True for _ in actions_of(statement, "s3"))

    exempt = (*stack.params["exemptPurposes"], UNKNOWN)
    buckets = [one for one in stack.of_type(S3_BUCKET) if one.tag(purpose_tag) not in exempt]
    yield from using_role_findings(stack, buckets, uses)


@stack_rule(
    KINESIS_STREAM,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    params={"writeActions": ["kinesis:PutRecord", "kinesis:PutRecords"], "serviceTag": "service"},
)
@classify("architecture", "architecture", "medium", "advisory")
def stream_one_owning_service(stack: Stack) -> Findings:
    """Streams must be written to only by the service that owns them.

    With several writers, no single service controls the schema and order of the records.
    """
    writes = stack.params["writeActions"]

    def uses(statement: Statement) -> bool:
        found = list(actions_of(statement, "kinesis"))
        return any(matches(pattern, action) for pattern in found for action in writes)

    yield from using_role_findings(stack, stack.of_type(KINESIS_STREAM), uses)


@stack_rule(
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_SERVERLESS_CACHE,
    ELASTICACHE_CLUSTER,
    MEMORYDB_CLUSTER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    params={"serviceTag": "service"},
)
@classify("architecture", "architecture", "medium", "advisory")
def cache_one_owning_service(stack: Stack) -> Findings:
    """Cache clusters must be reachable only by the service that owns them.

    Services that share a cache can overwrite or evict each other's data.
    """
    for cache in stack.of_type(
        ELASTICACHE_REPLICATION_GROUP,
        ELASTICACHE_SERVERLESS_CACHE,
        ELASTICACHE_CLUSTER,
        MEMORYDB_CLUSTER,
    ):
        yield from group_access_findings(stack, cache, "securityGroupIds")
