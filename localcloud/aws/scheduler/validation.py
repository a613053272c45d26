"""What EventBridge Scheduler refuses in a schedule, and what the local cloud does not run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from scheduling.expressions import ExpressionError, parse, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TARGETS = {
    "ecs": "EcsParameters",
    "events": "EventBridgeParameters",
    "kinesis": "KinesisParameters",
    "lambda": "",
    "sns": "",
    "sqs": "",
    "states": "",
}
"""AWS service of a target -> the member that it requires."""

_ARN = re.compile(
    r"arn:[\w-]+:(?:(ecs):[\w-]+:\d+:cluster/.+|(events):[\w-]+:\d+:event-bus/.+"
    r"|(kinesis):[\w-]+:\d+:stream/.+|(lambda):[\w-]+:\d+:function:.+|(sns):[\w-]+:\d+:[^:]+"
    r"|(sqs):[\w-]+:\d+:[^:]+|(states):[\w-]+:\d+:stateMachine:.+)"
)
SERVED = (
    "Lambda functions, SQS queues, SNS topics, event buses, Kinesis streams, ECS clusters and"
    " state machines"
)
LOCAL_ECS = frozenset(
    {
        "TaskDefinitionArn", "TaskCount", "LaunchType", "NetworkConfiguration", "PlatformVersion",
        "Group", "PropagateTags", "EnableECSManagedTags", "EnableExecuteCommand",
    }
)  # fmt: skip


def problems(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each member of CreateSchedule that AWS refuses, and why."""
    checks: tuple[tuple[str, str, Callable[[str], object]], ...] = (
        ("ScheduleExpression", "", parse),
        ("ScheduleExpressionTimezone", "UTC", zone),
    )
    for member, default, read in checks:
        try:
            read(given.get(member) or default)
        except ExpressionError as error:
            yield member, f"is not valid: {error}"
    window = given.get("FlexibleTimeWindow") or {}
    minutes = window.get("MaximumWindowInMinutes")
    if window.get("Mode") == "FLEXIBLE" and not minutes:
        yield "FlexibleTimeWindow", "has no MaximumWindowInMinutes: set it to 1 to 1440"
    if window.get("Mode") == "OFF" and minutes:
        yield "FlexibleTimeWindow", "has MaximumWindowInMinutes: remove it, or use mode FLEXIBLE"
    yield from _target_problems(given.get("Target") or {})


def _target_problems(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    service = _service(target)
    for name in filter(None, TARGETS.values()):
        if target.get(name) and service and TARGETS[service] != name:
            yield "Target", f"has {name}, which is not for {target['Arn']}: remove it"
    if service and (wanted := TARGETS[service]) and not target.get(wanted):
        yield "Target", f"has no {wanted}, which {target['Arn']} requires: set it"
    text = target.get("Input")
    if service in {"events", "states", "lambda"} and text and not _is_json(text):
        yield "Target", "has an Input that is not JSON: write a JSON document"
    if service == "events" and not text:
        yield "Target", "has no Input, the detail of the event: write a JSON document"
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    if service == "sqs" and str(target.get("Arn")).endswith(".fifo") and not group:
        yield "Target", "has no SqsParameters with the message group ID of a FIFO queue: set it"


def unsupported(target: Mapping[str, Any]) -> str | None:
    """Return what of *target* the local cloud does not call; None if it calls all of it."""
    arn = str(target.get("Arn") or "")
    if arn.startswith("arn:") and _service(target) is None:
        return f"{arn} as a target of a schedule: targets are {SERVED}"
    if further := (target.get("EcsParameters") or {}).keys() - LOCAL_ECS:
        return f"{min(further)} of a task that a schedule runs"
    return None


def _service(target: Mapping[str, Any]) -> str | None:
    found = _ARN.fullmatch(str(target.get("Arn") or ""))
    return next(filter(None, found.groups())) if found else None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
