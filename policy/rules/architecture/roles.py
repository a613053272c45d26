"""Rules on stores that roles guard: one service owns each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.iam import matches
from policy.engine.owners import (
    ATTACHMENT,
    POLICY,
    ROLE,
    ROLE_POLICY,
    actions_of,
    using_role_findings,
)
from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.settings import Settings
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.iam import Statement
    from policy.engine.stack import Stack

TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
STREAM = "aws:kinesis/stream:Stream"


@stack_rule(
    TABLE,
    ROLE,
    ROLE_POLICY,
    POLICY,
    ATTACHMENT,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A table that two services share ties them together: neither can change its shape.",
    params={
        "streamActions": [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        "serviceTag": "service",
    },
)
def dynamodb_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Tables must be used by the service that owns them alone."""
    streams = {one.lower() for one in stack.params["streamActions"]}

    def uses(statement: Statement) -> bool:
        return any(one.lower() not in streams for one in actions_of(statement, "dynamodb"))

    yield from using_role_findings(stack, stack.of(TABLE), uses)


@stack_rule(
    BUCKET,
    ROLE,
    ROLE_POLICY,
    POLICY,
    ATTACHMENT,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A bucket that two services share is nobody's: nothing in it can be moved or removed.",
    params={"exemptPurposes": ["audit", "event-store", "logs"], "serviceTag": "service"},
)
def bucket_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Buckets must be used by the service that owns them alone."""
    purpose_tag = (stack.settings or Settings()).purpose_tag

    def uses(statement: Statement) -> bool:
        return any(True for _ in actions_of(statement, "s3"))

    exempt = (*stack.params["exemptPurposes"], UNKNOWN)
    buckets = [one for one in stack.of(BUCKET) if one.tag(purpose_tag) not in exempt]
    yield from using_role_findings(stack, buckets, uses)


@stack_rule(
    STREAM,
    ROLE,
    ROLE_POLICY,
    POLICY,
    ATTACHMENT,
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

    yield from using_role_findings(stack, stack.of(STREAM), uses)
