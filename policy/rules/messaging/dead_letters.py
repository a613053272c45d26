"""Rules on queues that take what others could not handle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import is_missing, is_object, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

QUEUE = "aws:sqs/queue:Queue"
REDRIVE_POLICY = "aws:sqs/redrivePolicy:RedrivePolicy"
REDRIVE_ALLOW_POLICY = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"

_DAYS_4 = 345600.0
_REDRIVING = (QUEUE, REDRIVE_POLICY, "aws:sns/topicSubscription:TopicSubscription")
"""What has a redrive policy."""

_SETTINGS = (
    *((typ, "redrivePolicy") for typ in _REDRIVING),
    ("aws:lambda/function:Function", "deadLetterConfig.targetArn"),
    ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig"),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"),
    ("aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig.arn"),
    ("aws:scheduler/schedule:Schedule", "target.deadLetterConfig.arn"),
)
"""Where other resources name a queue for what they could not handle."""


@stack_rule(
    QUEUE,
    REDRIVE_POLICY,
    REDRIVE_ALLOW_POLICY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A message that cannot be handled is tried again until it expires, and is then gone.",
    references=("Config sqs-queue-dlq-check", "cdk-nag AwsSolutions-SQS3"),
)
def sqs_dead_letter_queue(stack: Stack) -> Iterator[Finding]:
    """Queues must put aside the messages that cannot be handled."""
    named = {_target(one) for typ in _REDRIVING for one in stack.of(typ)}
    for queue in stack.of(QUEUE):
        if not queue.is_missing("redrivePolicy") or _takes_dead_letters(stack, queue, named):
            continue
        if stack.lacks(queue, "queueUrl", REDRIVE_POLICY):
            text = (
                f"The SQS queue '{queue.name}' must put aside what cannot be handled: set"
                " redrive_policy to a dead-letter queue and a maxReceiveCount."
            )
            yield Finding(text, queue.urn)


def _takes_dead_letters(stack: Stack, queue: Resource, named: set[str | None]) -> bool:
    """Say whether a setting names *queue*, or its ARN is among those *named* in policies."""
    allows = not queue.is_missing("redriveAllowPolicy")
    if allows or not stack.lacks(queue, "queueUrl", REDRIVE_ALLOW_POLICY):
        return True
    arn = queue.get("arn")
    if isinstance(arn, str) and arn in named:
        return True
    return any(
        one is not queue for typ, path in _SETTINGS for one in stack.joining(path, queue, typ)
    )


def _target(source: Resource) -> str | None:
    """Return the ARN of the queue that the redrive policy of *source* names, if it is known."""
    document = source.document("redrivePolicy")
    target = document.get("deadLetterTargetArn") if is_object(document) else None
    return target if isinstance(target, str) else None


def _is_target(stack: Stack, source: Resource, queue: Resource) -> bool:
    """Say whether the redrive policy of *source* names *queue*."""
    target = _target(source)
    known = target is not None and target == queue.get("arn")
    return known or stack.joined(source, "redrivePolicy", queue)


@stack_rule(
    QUEUE,
    REDRIVE_POLICY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A message keeps its age when it is put aside: with equal times it is gone at once.",
)
def sqs_dead_letter_retention_longer(stack: Stack) -> Iterator[Finding]:
    """Dead-letter queues must keep messages for longer than the queues they come from."""
    queues = stack.of(QUEUE)
    sources = [(one, one) for one in queues]
    sources += [
        (policy, one)
        for policy in stack.of(REDRIVE_POLICY)
        for one in stack.joined_to(policy, "queueUrl", QUEUE)
    ]
    for policy, source in sources:
        if policy.is_missing("redrivePolicy"):
            continue
        targets = [one for one in queues if one is not source and _is_target(stack, policy, one)]
        if len(targets) != 1:
            continue  # none, or a component that stands for several
        kept, least = _retention(targets[0]), _retention(source)
        if kept is not None and least is not None and kept <= least:
            text = (
                f"The dead-letter queue '{targets[0].name}' must keep messages for longer than"
                f" '{source.name}': set message_retention_seconds above {least:.0f}."
            )
            yield Finding(text, targets[0].urn)


def _retention(queue: Resource) -> float | None:
    seconds = queue.get("messageRetentionSeconds")
    return _DAYS_4 if is_missing(seconds) else number(seconds)
