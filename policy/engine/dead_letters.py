"""Dead-letter queues, found by the resources that refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.resource_types import SQS_QUEUE
from policy.engine.values import UNKNOWN, is_missing, is_object

if TYPE_CHECKING:
    from policy.engine.resource import Resource
    from policy.engine.stack import Stack


_POLICY = "redrivePolicy"
_SETTINGS = (
    (SQS_QUEUE, _POLICY, ""),
    ("aws:sqs/redrivePolicy:RedrivePolicy", _POLICY, ""),
    ("aws:sns/topicSubscription:TopicSubscription", _POLICY, ""),
    ("aws:lambda/function:Function", "deadLetterConfig.targetArn", ""),
    (
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "destinationConfig.onFailure.destination",
        "destinationConfig.onSuccess.destination",
    ),
    (
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "destinationConfig.onFailure.destinationArn",
        "",
    ),
    ("aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig.arn", ""),
    ("aws:cloudwatch/eventBus:EventBus", "deadLetterConfig.arn", ""),
    ("aws:scheduler/schedule:Schedule", "target.deadLetterConfig.arn", "target.arn"),
)
"""Type, path of the queue, and other paths with the same dependency."""


def dead_letter_queues(stack: Stack) -> list[Resource]:
    """Return the queues of *stack* that are known to be dead-letter queues of other resources."""
    found = {
        queue.urn: queue
        for typ, path, other in _SETTINGS
        for source in stack.of_type(typ)
        for queue in _named(stack, source, path, other)
    }
    return list(found.values())


def _named(stack: Stack, source: Resource, path: str, other: str) -> list[Resource]:
    arn = _arn(source, path)
    if is_missing(arn):
        return []
    queues = [one for one in stack.of_type(SQS_QUEUE) if one is not source]
    named = [one for one in queues if isinstance(arn, str) and one.get("arn") == arn]
    if named or (other and source.get(other) is UNKNOWN):
        return named
    joined = [
        one
        for one in queues
        if (arn is UNKNOWN or not isinstance(one.get("arn"), str))
        and stack.refers_to(source, path, one)
    ]
    return joined if len(joined) == 1 else []  # several: a dependency on a component with others


def _arn(source: Resource, path: str) -> Any:
    """Return the ARN at *path*, or the target ARN if *path* is a redrive policy."""
    if path != _POLICY:
        return source.get(path)
    document = source.document(path)
    return document.get("deadLetterTargetArn") if is_object(document) else document
