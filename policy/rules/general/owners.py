"""Rules on stores that belong to one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine import resource_types as aws
from policy.engine.iam import matches
from policy.engine.owners import POLICY, actions_of, group_access_findings, using_role_findings
from policy.engine.rule import Findings, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from policy.engine.iam import Statement

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type


@stack_rule(
    aws.S3_BUCKET,
    aws.IAM_ROLE,
    aws.IAM_ROLE_POLICY,
    POLICY,
    aws.IAM_ROLE_POLICY_ATTACHMENT,
    params={
        "exemptPurposes": ["audit", "dead-letters", "event-store", "logs"],
        "serviceTag": "service",
    },
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
    buckets = [one for one in stack.of_type(aws.S3_BUCKET) if one.tag(purpose_tag) not in exempt]
    yield from using_role_findings(stack, buckets, uses)


@stack_rule(
    SECRET,
    aws.IAM_ROLE,
    aws.IAM_ROLE_POLICY,
    POLICY,
    aws.IAM_ROLE_POLICY_ATTACHMENT,
    params={"readActions": ["secretsmanager:GetSecretValue"], "serviceTag": "service"},
)
@classify("architecture", "architecture", "medium", "advisory")
def secret_one_owning_service(stack: Stack) -> Findings:
    """Secrets must be read only by the service that owns them.

    Whoever reads the credentials of a database uses it: a shared database couples its services.
    Statements that are limited by tags, as for a function that rotates secrets, are accepted.
    """
    reads = stack.params["readActions"]

    def uses(statement: Statement) -> bool:
        if any("resourcetag/" in key for _, key, _ in statement.conditions):
            return False
        found = list(actions_of(statement, "secretsmanager"))
        return any(matches(pattern, action) for pattern in found for action in reads)

    yield from using_role_findings(stack, stack.of_type(SECRET), uses)


@stack_rule(
    aws.KINESIS_STREAM,
    aws.IAM_ROLE,
    aws.IAM_ROLE_POLICY,
    POLICY,
    aws.IAM_ROLE_POLICY_ATTACHMENT,
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

    yield from using_role_findings(stack, stack.of_type(aws.KINESIS_STREAM), uses)


@stack_rule(
    aws.ELASTICACHE_REPLICATION_GROUP,
    aws.ELASTICACHE_SERVERLESS_CACHE,
    aws.ELASTICACHE_CLUSTER,
    aws.MEMORYDB_CLUSTER,
    aws.SECURITY_GROUP,
    aws.SECURITY_GROUP_RULE,
    aws.SECURITY_GROUP_INGRESS_RULE,
    params={"serviceTag": "service"},
)
@classify("architecture", "architecture", "medium", "advisory")
def cache_one_owning_service(stack: Stack) -> Findings:
    """Cache clusters must be reachable only by the service that owns them.

    Services that share a cache can overwrite or evict each other's data.
    """
    for cache in stack.of_type(
        aws.ELASTICACHE_REPLICATION_GROUP,
        aws.ELASTICACHE_SERVERLESS_CACHE,
        aws.ELASTICACHE_CLUSTER,
        aws.MEMORYDB_CLUSTER,
    ):
        yield from group_access_findings(stack, cache, "securityGroupIds")
