"""Rules on topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

TOPIC = "aws:sns/topic:Topic"


@rule(
    TOPIC,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Events carry customers' data; a topic without a key stores them in clear text.",
    references=("FSBP SNS.1", "Config sns-encrypted-kms", "Checkov CKV_AWS_26"),
)
def sns_encrypted(topic: Resource) -> Iterator[str]:
    """SNS topics must encrypt messages at rest."""
    if topic.is_missing("kmsMasterKeyId"):
        yield f"The SNS topic '{topic.name}' must encrypt its messages: set kms_master_key_id."
