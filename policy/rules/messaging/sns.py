"""Rules on topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.iam import opened
from policy.frame.rule import Level, Severity, rule
from policy.frame.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"


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


@rule(
    TOPIC_POLICY,
    TOPIC,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Whoever subscribes reads every event, whoever publishes can invent one.",
    references=(
        "FSBP SNS.4",
        "Config sns-topic-no-public-access",
        "Checkov CKV_AWS_169",
        "Checkov CKV_AWS_385",
    ),
)
def sns_policy_no_open_principal(topic: Resource) -> Iterator[str]:
    """Topic policies must not admit everybody."""
    if opened(topic.get("policy"), (topic.settings or Settings()).narrowing_keys):
        yield (
            f"The policy of the SNS topic '{topic.name}' must not admit everybody: name principals"
            " in policy, or add a condition on aws:SourceArn or aws:PrincipalOrgID."
        )
