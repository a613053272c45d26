"""Rules on what containers write down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.frame.containers import containers
from policy.frame.logs import is_kept, kept_group
from policy.frame.resource import value_at
from policy.frame.rule import Finding, Level, Severity, rule, stack_rule
from policy.frame.values import UNKNOWN, as_list, is_missing, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource
    from policy.frame.stack import Stack

CLUSTER = "aws:ecs/cluster:Cluster"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

_DRIVERS = ("awslogs", "awsfirelens", "splunk")
_INSIGHTS = {"name": "containerInsights", "value": "enabled"}


def _with_insights(cluster: Resource) -> dict[str, Any]:
    settings = cluster.props.get("settings")
    if settings is UNKNOWN or UNKNOWN in as_list(settings):
        return {}
    others = [one for one in cluster.entries("settings") if one.get("name") != "containerInsights"]
    return {"settings": [*others, _INSIGHTS]}


@rule(
    CLUSTER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without them a task that is short of memory looks like one that has nothing to do.",
    references=(
        "FSBP ECS.12",
        "Config ecs-container-insights-enabled",
        "Checkov CKV_AWS_65",
        "cdk-nag AwsSolutions-ECS4",
    ),
    remediation='Add to settings the name "containerInsights" with the value "enabled".',
    remediate=_with_insights,
)
def ecs_container_insights(cluster: Resource) -> Iterator[str]:
    """Clusters must measure their tasks and containers."""
    found = as_list(cluster.get("settings"))
    undecided = any(one is UNKNOWN for one in (cluster.get("settings"), *found))
    if undecided or any(_measures(one) for one in found):
        return
    yield (
        f"The ECS cluster '{cluster.name}' must measure its containers: add to settings the name"
        ' "containerInsights" with the value "enabled".'
    )


def _measures(setting: Any) -> bool:
    if not is_object(setting) or setting.get("name") not in ("containerInsights", UNKNOWN):
        return False
    return setting.get("value") in ("enabled", "enhanced", UNKNOWN)


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="What a container prints is lost with it, unless something carries it away.",
    references=(
        "FSBP ECS.9",
        "Config ecs-task-definition-log-configuration",
        "cdk-nag AwsSolutions-ECS7",
    ),
)
def ecs_container_logs(task: Resource) -> Iterator[str]:
    """Containers must send their logs somewhere."""
    for container in containers(task):
        if not is_missing(container.get("firelensConfiguration")):
            continue
        driver = value_at(container, "logConfiguration.logDriver")
        if driver not in (*_DRIVERS, UNKNOWN):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must send its logs"
                ' somewhere: set logConfiguration.logDriver to "awslogs" in container_definitions.'
            )


@stack_rule(
    TASK_DEFINITION,
    LOG_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A log group that a task makes by itself keeps its events for ever, without a key.",
    references=("FSBP ECS.9", "Checkov CKV_AWS_66"),
)
def ecs_log_group_kept(stack: Stack) -> Iterator[Finding]:
    """Log groups of containers must be in the stack, and say how long they keep their events."""
    groups = stack.of(LOG_GROUP)
    for task in stack.of(TASK_DEFINITION):
        for name in sorted(set(_log_groups(task))):
            kept = kept_group(name, groups)
            if kept is None:
                kept = any(_may_be(stack, task, group) for group in groups)
            if not kept:
                text = (
                    f"The log group '{name}' of the task definition '{task.name}' must be in the"
                    " stack: add a LogGroup of that name with retention_in_days above 0."
                )
                yield Finding(text, task.urn)


def _log_groups(task: Resource) -> Iterator[str]:
    for container in containers(task):
        if value_at(container, "logConfiguration.logDriver") == "awslogs":
            name = value_at(container, "logConfiguration.options.awslogs-group")
            if isinstance(name, str):
                yield name


def _may_be(stack: Stack, task: Resource, group: Resource) -> bool:
    """Say whether *group*, whose name AWS or an update still chooses, may be one of *task*."""
    name = group.get("name")
    named_later = is_missing(name) and stack.joined(task, "containerDefinitions", group)
    return (name is UNKNOWN or named_later) and is_kept(group) is not False
