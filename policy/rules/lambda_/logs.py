"""Rules on logs and traces of Lambda functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.logs import has_retention, named_group_has_retention
from policy.engine.requirement import require_value
from policy.engine.resource_types import LAMBDA_FUNCTION, LOG_GROUP
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, stack_rule
from policy.engine.values import UNKNOWN, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack


@stack_rule(
    LAMBDA_FUNCTION,
    LOG_GROUP,
    pack=Pack.ARCHITECTURE,
    concern=Concern.OBSERVABILITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A log group created automatically has no retention and no customer managed key.",
    references=("Config cw-loggroup-retention-period-check", "Checkov CKV_AWS_66"),
)
def lambda_log_group_kept(stack: Stack) -> Iterator[Finding]:
    """Log groups of functions must be in the stack and have a retention."""
    groups = stack.of_type(LOG_GROUP)
    for function in stack.of_type(LAMBDA_FUNCTION):
        if _has_kept_group(stack, function, groups) is False:
            text = (
                f"The log group of the function '{function.name}' must be in the stack: add a"
                " LogGroup with retention_in_days above 0, and set logging_config.log_group to it."
            )
            yield Finding(text, function.urn)


def _has_kept_group(stack: Stack, function: Resource, groups: list[Resource]) -> bool | None:
    joined = stack.references(function, "loggingConfig.logGroup", LOG_GROUP)
    joined += [group for group in groups if stack.refers_to(group, "name", function)]
    if joined:
        return not any(has_retention(group) is False for group in joined)
    chosen, name = function.get("loggingConfig.logGroup"), function.get("name")
    if is_missing(chosen) and name is not UNKNOWN:
        chosen = f"/aws/lambda/{name}"
    if not isinstance(chosen, str) or any(group.get("name") is UNKNOWN for group in groups):
        return None
    return named_group_has_retention(chosen, groups) is True


@require_value(
    LAMBDA_FUNCTION,
    path="tracingConfig.mode",
    value="Active",
    pack=Pack.ARCHITECTURE,
    concern=Concern.OBSERVABILITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Traces show whether the function or a downstream call caused a slow response.",
    references=("Config lambda-function-xray-enabled", "Checkov CKV_AWS_50"),
)
def lambda_tracing() -> None:
    """Functions must trace invocations."""
