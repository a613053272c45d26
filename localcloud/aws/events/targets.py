"""Targets of rules: which ones the local cloud delivers to, and which are invalid."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from localcloud.aws.events import target_input

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ARN = re.compile(
    r"arn:[\w-]+:(?P<service>sqs|sns|lambda|logs|events|kinesis|states|ecs):(?P<region>[\w-]+)"
    r":(?P<account>\d+):(?:log-group:|event-bus/|function:|stream/|stateMachine:|cluster/)?(?P<name>[^:]+)(?::(?P<rest>[^:]+))?"
)
_FORMS = re.compile(
    r"arn:[\w-]+:(?:sqs:[\w-]+:\d+:[^:/]+|sns:[\w-]+:\d+:[^:/]+|lambda:[\w-]+:\d+:function:.+"
    r"|logs:[\w-]+:\d+:log-group:.+|events:[\w-]+:\d+:event-bus/.+"
    r"|kinesis:[\w-]+:\d+:stream/.+|states:[\w-]+:\d+:stateMachine:[^:]+"
    r"|ecs:[\w-]+:\d+:cluster/[^:/]+)"
)
SERVED = (
    "SQS queues, SNS topics, Lambda functions, log groups, data streams, event buses, state"
    " machines and ECS clusters"
)
TASK_MEMBERS = frozenset(
    {
        "TaskDefinitionArn", "TaskCount", "LaunchType", "NetworkConfiguration", "PlatformVersion",
        "Group", "PropagateTags", "EnableECSManagedTags", "Tags",
    }
)  # fmt: skip
"""Members of EcsParameters that have effect on a task that a rule runs."""
LOG_EVENT = frozenset({"timestamp", "message"})


def unsupported(target: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the member of *target* that is not delivered locally, and why; None if all is."""
    arn = str(target.get("Arn") or "")
    if arn.startswith("arn:") and not _FORMS.fullmatch(arn):
        return "Arn", f"{arn} as a target: targets are {SERVED}"
    if ":event-bus/" in arn:
        for name in target_input.INPUTS:
            if target.get(name):
                return name, f"{name} for an event bus as a target: it receives the whole event"
    task = target.get("EcsParameters") or {}
    further = {name for name, value in task.items() if value} - TASK_MEMBERS
    if further:
        return "EcsParameters", f"{min(further)} of a task that a rule runs: leave it out"
    return None


def problems(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each member of *target* that AWS refuses, and why."""
    yield from target_input.problems(target)
    arn = str(target.get("Arn") or "")
    if ":sqs:" in arn and arn.endswith(".fifo"):
        if not (target.get("SqsParameters") or {}).get("MessageGroupId"):
            yield "SqsParameters", "is required for a FIFO queue: set the message group ID"
    elif ":sns:" in arn and arn.endswith(".fifo"):
        yield "Arn", f"{arn} is a FIFO topic: use a standard topic"
    elif ":log-group:" in arn:
        yield from _log_event_problems(target)
    cluster = ":cluster/" in arn
    if cluster and not (target.get("EcsParameters") or {}).get("TaskDefinitionArn"):
        yield "EcsParameters", "is required for an ECS cluster: set the task definition"
    elif target.get("EcsParameters") and arn.startswith("arn:") and not cluster:
        yield "EcsParameters", f"is not valid for {arn}: use the ARN of an ECS cluster"
    if (cluster or ":stateMachine:" in arn) and not target.get("RoleArn"):
        yield "RoleArn", f"is required for {arn}: set a role that EventBridge may assume"
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue and (":sqs:" not in queue or queue.endswith(".fifo")):
        yield "DeadLetterConfig", f"has {queue}: use the ARN of a standard queue"


def _log_event_problems(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    want = "use InputTransformer with the template" + ' {"timestamp": <time>, "message": <message>}'
    for name in ("Input", "InputPath"):
        if target.get(name):
            yield name, f"is not available for log groups: {want}"
    template = (target.get("InputTransformer") or {}).get("InputTemplate")
    if template and not is_log_event(target_input.fill(template, {})):
        yield "InputTransformer", f"has no template of a log event: {want}"


def is_log_event(text: str) -> bool:
    """Return whether *text* is what a log group accepts from an input transformer."""
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and found.keys() == LOG_EVENT
