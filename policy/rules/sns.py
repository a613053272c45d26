"""Rules on SNS topics and subscriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.iam import SOURCE_CONDITION, allow_statements, matches, public_access, statements
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing

if TYPE_CHECKING:
    from policy.engine.iam import Statement

TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
_SNS = re.compile(r"sns\.([a-z0-9-]+\.)?amazonaws\.com(\.cn)?")
_EQUALS = re.compile(
    r"(?i)(foranyvalue:|forallvalues:)?(arn|string)(equals|like|equalsignorecase)(ifexists)?"
)


@require_value(aws.SNS_TOPIC, path="kmsMasterKeyId", value=is_set)
@classify("security", "messaging", "medium", "mandatory")
def sns_encrypted() -> None:
    """SNS topics must encrypt messages at rest.

    Messages can contain customer data, and a topic without a KMS key stores them unencrypted.

    References: Security Hub SNS.1, Config sns-encrypted-kms, Checkov CKV_AWS_26
    """


@rule(TOPIC_POLICY, aws.SNS_TOPIC)
@classify("security", "messaging", "high", "mandatory")
def sns_policy_no_open_principal(topic: Resource) -> Messages:
    """Topic policies must not allow every principal.

    Anyone with an AWS account can then publish false events or subscribe to all of them.

    References: FSBP SNS.4, Config sns-topic-no-public-access, Checkov CKV_AWS_169,
    Checkov CKV_AWS_385
    """
    return public_access(topic, "policy of the SNS topic", "principals", SOURCE_CONDITION)


@rule(aws.SNS_TOPIC_SUBSCRIPTION)
@classify("security", "messaging", "medium", "advisory")
def sns_no_http_subscription(subscription: Resource) -> Messages:
    """Subscriptions must not deliver over plain HTTP.

    HTTP traffic is unencrypted and can be read or changed in transit.
    """
    protocol, endpoint = subscription.get("protocol"), subscription.get("endpoint")
    plain = isinstance(endpoint, str) and endpoint.lower().startswith("http://")
    if protocol == "http" or plain or is_missing(protocol):
        yield (
            f"The subscription '{subscription.name}' must not use plain HTTP: set protocol to"
            ' "https" or "sqs", and endpoint accordingly.'
        )


@rule(aws.SNS_TOPIC_SUBSCRIPTION)
@classify("architecture", "messaging", "medium", "advisory")
def sns_subscription_dead_letters(subscription: Resource) -> Messages:
    """Subscriptions must have a dead-letter queue.

    Without a dead-letter queue, SNS discards messages when delivery retries are exhausted.
    """
    if subscription.get("protocol") in ("email", "email-json", "sms", UNKNOWN):
        return
    if subscription.is_missing("redrivePolicy"):
        yield (
            f"The subscription '{subscription.name}' must have a dead-letter queue: set"
            " redrive_policy to a dead-letter queue."
        )


@stack_rule(aws.SNS_TOPIC, TOPIC_POLICY)
@classify("security", "messaging", "low", "advisory")
def sns_denies_plain_http(stack: Stack) -> Findings:
    """Topics must deny requests without TLS.

    HTTP traffic is unencrypted and can be read or changed in transit.

    References: cdk-nag AwsSolutions-SNS3
    """
    for topic in stack.of_type(aws.SNS_TOPIC):
        lacks = stack.has_no_referrer(topic, "arn", TOPIC_POLICY, where=_denies_plain_http)
        if lacks and not _denies_plain_http(topic):
            yield topic.finding(
                f"The SNS topic '{topic.name}' must deny requests without TLS: add to its policy a"
                ' Deny of sns:Publish for Principal "*", with the condition Bool'
                ' aws:SecureTransport "false".'
            )


def _denies_plain_http(owner: Resource) -> bool:
    document = owner.document("policy")
    return document is UNKNOWN or any(
        one.denies_plain_http and one.allows_action("sns:Publish") for one in statements(document)
    )


@stack_rule(aws.SNS_TOPIC_SUBSCRIPTION, aws.SQS_QUEUE, aws.SQS_QUEUE_POLICY)
@classify("reliability", "messaging", "medium", "advisory")
def sns_queue_admits_topic(stack: Stack) -> Findings:
    """Queues must allow messages from the topics that they subscribe to.

    If the queue policy does not allow the topic, its messages are not delivered.

    References: FSBP SQS.3
    """
    for subscription in stack.of_type(aws.SNS_TOPIC_SUBSCRIPTION):
        if subscription.get("protocol") != "sqs":
            continue
        topic = subscription.get("topic")
        queues = stack.references(subscription, "endpoint", aws.SQS_QUEUE)
        if queues and not any(_allows_topic(stack, queue, topic) for queue in queues):
            yield queues[0].finding(
                f"The queue '{queues[0].name}' must allow the topic of the subscription"
                f" '{subscription.name}': add to policy an Allow of sqs:SendMessage for Service"
                ' "sns.amazonaws.com", with the condition ArnEquals aws:SourceArn of the topic.'
            )


def _allows_topic(stack: Stack, queue: Resource, topic: Any) -> bool:
    """Return whether a policy of *queue*, inline or separate, allows or may allow *topic*."""

    def lets_in(owner: Resource) -> bool:
        document = owner.document("policy")
        return document is UNKNOWN or any(
            _is_for(one, topic) for one in allow_statements([document])
        )

    return lets_in(queue) or not stack.has_no_referrer(
        queue, "queueUrl", aws.SQS_QUEUE_POLICY, where=lets_in
    )


def _is_for(statement: Statement, topic: Any) -> bool:
    """Return whether a statement allows SNS to send messages of *topic*."""
    allowed = any(
        value == "*" or (kind == "Service" and _SNS.fullmatch(value))
        for kind, value in statement.principals
    )
    named = any(
        _may_be(topic, values)
        for operator, key, values in statement.conditions
        if key == "aws:sourcearn" and _EQUALS.fullmatch(operator)
    )
    return allowed and named and statement.allows_action("sqs:SendMessage")


def _may_be(topic: Any, values: tuple[str, ...]) -> bool:
    """Return whether one of *values* is, or may be, *topic*."""
    if not isinstance(topic, str):
        return True
    return any(one == str(UNKNOWN) or matches(one, topic) for one in values)
