"""Rules on logs and traces of Lambda functions."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.logs import has_retention, named_group_has_retention
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, is_missing


@stack_rule(aws.LAMBDA_FUNCTION, aws.LOG_GROUP)
@classify("architecture", "observability", "medium", "mandatory")
def lambda_log_group_kept(stack: Stack) -> Findings:
    """Log groups of functions must be in the stack and have a retention.

    A log group created automatically has no retention and no customer managed key.

    References: Config cw-loggroup-retention-period-check, Checkov CKV_AWS_66
    """
    groups = stack.of_type(aws.LOG_GROUP)
    for function in stack.of_type(aws.LAMBDA_FUNCTION):
        if _has_kept_group(stack, function, groups) is False:
            yield function.finding(
                f"The log group of the function '{function.name}' must be in the stack: add a"
                " LogGroup with retention_in_days above 0, and set logging_config.log_group to it."
            )


def _has_kept_group(stack: Stack, function: Resource, groups: list[Resource]) -> bool | None:
    joined = stack.references(function, "loggingConfig.logGroup", aws.LOG_GROUP)
    joined += [group for group in groups if stack.refers_to(group, "name", function)]
    if joined:
        return not any(has_retention(group) is False for group in joined)
    chosen, name = function.get("loggingConfig.logGroup"), function.get("name")
    if is_missing(chosen) and name is not UNKNOWN:
        chosen = f"/aws/lambda/{name}"
    if not isinstance(chosen, str) or any(group.get("name") is UNKNOWN for group in groups):
        return None
    return named_group_has_retention(chosen, groups) is True


@require_value(aws.LAMBDA_FUNCTION, path="tracingConfig.mode", value="Active")
@classify("architecture", "observability", "low", "advisory")
def lambda_tracing() -> None:
    """Functions must trace invocations.

    Traces show whether the function or a downstream call caused a slow response.

    References: Security Hub Lambda.7, Config lambda-function-xray-enabled, Checkov CKV_AWS_50
    """
