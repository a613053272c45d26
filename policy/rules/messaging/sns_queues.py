"""Rules on queues that topics deliver to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policy.engine.iam import allowing, matches
from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.iam import Statement
    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"

_SNS = re.compile(r"sns\.([a-z0-9-]+\.)?amazonaws\.com(\.cn)?")
_EQUALS = re.compile(
    r"(?i)(foranyvalue:|forallvalues:)?(arn|string)(equals|like|equalsignorecase)(ifexists)?"
)


@stack_rule(
    TOPIC_SUBSCRIPTION,
    QUEUE,
    QUEUE_POLICY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A queue that does not admit its topic stays empty, and every event for it is lost.",
    references=("FSBP SQS.3",),
)
def sns_queue_admits_topic(stack: Stack) -> Iterator[Finding]:
    """Queues must admit the topics that they are subscribed to."""
    for subscription in stack.of(TOPIC_SUBSCRIPTION):
        if subscription.get("protocol") != "sqs":
            continue
        topic = subscription.get("topic")
        queues = stack.joined_to(subscription, "endpoint", QUEUE)
        if queues and not any(_admits(stack, queue, topic) for queue in queues):
            text = (
                f"The queue '{queues[0].name}' must admit the topic of the subscription"
                f" '{subscription.name}': add to policy an Allow of sqs:SendMessage for Service"
                ' "sns.amazonaws.com", with the condition ArnEquals aws:SourceArn of the topic.'
            )
            yield Finding(text, queues[0].urn)


def _admits(stack: Stack, queue: Resource, topic: Any) -> bool:
    """Say whether the policy of *queue*, its own or one beside it, lets *topic* send, or may."""

    def lets_in(owner: Resource) -> bool:
        document = owner.document("policy")
        return document is UNKNOWN or any(_is_for(one, topic) for one in allowing([document]))

    return lets_in(queue) or not stack.lacks(queue, "queueUrl", QUEUE_POLICY, where=lets_in)


def _is_for(statement: Statement, topic: Any) -> bool:
    """Say whether a statement lets SNS send where the source is *topic*."""
    admitted = any(
        value == "*" or (kind == "Service" and _SNS.fullmatch(value))
        for kind, value in statement.principals
    )
    named = any(
        _may_be(topic, values)
        for operator, key, values in statement.conditions
        if key == "aws:sourcearn" and _EQUALS.fullmatch(operator)
    )
    return admitted and named and statement.gives("sqs:SendMessage")


def _may_be(topic: Any, values: tuple[str, ...]) -> bool:
    """Say whether one of *values* is *topic*, or may be."""
    if not isinstance(topic, str):
        return True
    return any(one == str(UNKNOWN) or matches(one, topic) for one in values)
