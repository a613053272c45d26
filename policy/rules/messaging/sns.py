"""Rules on topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.iam import opened
from policy.frame.rule import Level, Severity, rule
from policy.frame.settings import Settings
from policy.frame.values import UNKNOWN, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
TOPIC_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


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


@rule(
    TOPIC_SUBSCRIPTION,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="What is sent in plain HTTP can be read and changed on the way.",
)
def sns_no_http_subscription(subscription: Resource) -> Iterator[str]:
    """Subscriptions must not deliver over plain HTTP."""
    protocol, endpoint = subscription.get("protocol"), subscription.get("endpoint")
    plain = isinstance(endpoint, str) and endpoint.lower().startswith("http://")
    if protocol == "http" or plain or is_missing(protocol):
        yield (
            f"The subscription '{subscription.name}' must not use plain HTTP: set protocol to"
            ' "https" or "sqs", and endpoint accordingly.'
        )


@rule(
    TOPIC_SUBSCRIPTION,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A message that an endpoint refused to the last try is gone.",
)
def sns_subscription_dead_letters(subscription: Resource) -> Iterator[str]:
    """Subscriptions must keep the messages that they could not deliver."""
    if subscription.get("protocol") in ("email", "email-json", "sms", UNKNOWN):
        return
    if subscription.is_missing("redrivePolicy"):
        yield (
            f"The subscription '{subscription.name}' must keep what it could not deliver: set"
            " redrive_policy to a dead-letter queue."
        )
