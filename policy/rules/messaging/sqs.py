"""Rules on SQS queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import is_false, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

QUEUE = "aws:sqs/queue:Queue"


@rule(
    QUEUE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Messages carry customers' data; whoever reaches the storage must not be able to read it.",
    references=("FSBP SQS.1", "Checkov CKV_AWS_27", "cdk-nag AwsSolutions-SQS2"),
    remediation="Set sqs_managed_sse_enabled to True.",
    remediate=lambda _: {"sqsManagedSseEnabled": True},
)
def sqs_encrypted(queue: Resource) -> Iterator[str]:
    """SQS queues must encrypt messages at rest."""
    managed = queue.get("sqsManagedSseEnabled")
    if queue.is_missing("kmsMasterKeyId") and (is_missing(managed) or is_false(managed)):
        yield (
            f"The SQS queue '{queue.name}' must encrypt its messages: set"
            " sqs_managed_sse_enabled=True or kms_master_key_id."
        )
