"""Rules on functions that fail, or starve others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

FUNCTION = "aws:lambda/function:Function"
FUNCTION_EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
PERMISSION = "aws:lambda/permission:Permission"
EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"


@stack_rule(
    FUNCTION,
    FUNCTION_EVENT_INVOKE_CONFIG,
    PERMISSION,
    EVENT_SOURCE_MAPPING,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="An event that a function could not handle is dropped after two more tries.",
    params={
        "syncPrincipals": [
            "apigateway.amazonaws.com",
            "elasticloadbalancing.amazonaws.com",
            "cognito-idp.amazonaws.com",
            "vpc-lattice.amazonaws.com",
            "secretsmanager.amazonaws.com",
        ]
    },
    references=("Config lambda-dlq-check", "Checkov CKV_AWS_116"),
)
def lambda_async_failure_destination(stack: Stack) -> Iterator[Finding]:
    """Functions that are called asynchronously must keep the events they could not handle."""
    for function in stack.of(FUNCTION):
        if not function.is_missing("deadLetterConfig.targetArn"):
            continue
        targets = [function, *stack.joining("functionName", function, ALIAS)]
        kept = any(
            not stack.lacks(
                one, "functionName", FUNCTION_EVENT_INVOKE_CONFIG, where=_keeps_failures
            )
            for one in targets
        )
        if not kept and not _is_synchronous(stack, targets):
            text = (
                f"The function '{function.name}' must keep events that it could not handle: set"
                " dead_letter_config.target_arn, or add a FunctionEventInvokeConfig with"
                " destination_config.on_failure."
            )
            yield Finding(text, function.urn)


def _keeps_failures(config: Resource) -> bool:
    return not config.is_missing("destinationConfig.onFailure.destination")


def _is_synchronous(stack: Stack, targets: list[Resource]) -> bool:
    """Say whether nothing calls *targets* asynchronously, as far as it is known."""
    permissions = [
        one
        for one in stack.of(PERMISSION)
        if stack.is_open(one, "function") or any(stack.joined(one, "function", t) for t in targets)
    ]
    synchronous = (*stack.params["syncPrincipals"], UNKNOWN)
    if permissions:
        return all(one.get("principal") in synchronous for one in permissions)
    return any(not stack.lacks(one, "functionName", EVENT_SOURCE_MAPPING) for one in targets)


ALIAS = "aws:lambda/alias:Alias"


@rule(
    FUNCTION,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A function in one subnet is gone when that subnet's zone is, or when its addresses are.",
    references=("FSBP Lambda.5", "Config lambda-vpc-multi-az-check"),
)
def lambda_vpc_two_subnets(function: Resource) -> Iterator[str]:
    """Functions in a network must be in two subnets or more."""
    if function.is_missing("vpcConfig") or (
        function.is_missing("vpcConfig.subnetIds")
        and function.is_missing("vpcConfig.securityGroupIds")
    ):
        return
    subnets = function.get("vpcConfig.subnetIds")
    if subnets is not UNKNOWN and len(as_list(subnets)) <= 1:
        yield (
            f"The function '{function.name}' must be in two subnets or more: add a subnet of"
            " another zone to vpc_config.subnet_ids."
        )


@rule(
    FUNCTION,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="One function that runs wild takes the account's whole concurrency from the others.",
    references=("Config lambda-concurrency-check", "Checkov CKV_AWS_115"),
)
def lambda_reserved_concurrency(function: Resource) -> Iterator[str]:
    """Functions must state how often they may run at the same time."""
    reserved = function.get("reservedConcurrentExecutions")
    limit = number(reserved)
    if reserved is not UNKNOWN and (limit is None or limit < 0):
        yield (
            f"The function '{function.name}' must state its share: set"
            " reserved_concurrent_executions to 0 or more."
        )
