"""Rules on failure handling and concurrency of Lambda functions."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_true, number

FUNCTION_EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
ALIAS = "aws:lambda/alias:Alias"
_STREAMS = (":kinesis:", ":dynamodb:")


@stack_rule(
    aws.LAMBDA_FUNCTION,
    FUNCTION_EVENT_INVOKE_CONFIG,
    aws.LAMBDA_PERMISSION,
    aws.LAMBDA_EVENT_SOURCE_MAPPING,
    params={
        "syncPrincipals": [
            "apigateway.amazonaws.com",
            "elasticloadbalancing.amazonaws.com",
            "cognito-idp.amazonaws.com",
            "vpc-lattice.amazonaws.com",
            "secretsmanager.amazonaws.com",
        ]
    },
)
@classify("reliability", "resilience", "medium", "mandatory")
def lambda_async_failure_destination(stack: Stack) -> Findings:
    """Asynchronously invoked functions must keep failed events.

    Lambda discards an asynchronous event after two failed retries.

    References: Config lambda-dlq-check, Checkov CKV_AWS_116
    """
    for function in stack.of_type(aws.LAMBDA_FUNCTION):
        if not function.is_missing("deadLetterConfig.targetArn"):
            continue
        targets = [function, *stack.referrers("functionName", function, ALIAS)]
        kept = any(
            not stack.has_no_referrer(
                one, "functionName", FUNCTION_EVENT_INVOKE_CONFIG, where=_keeps_failures
            )
            for one in targets
        )
        if not kept and not _is_synchronous(stack, targets):
            yield function.finding(
                f"The function '{function.name}' must keep failed events: set"
                " dead_letter_config.target_arn, or add a FunctionEventInvokeConfig with"
                " destination_config.on_failure."
            )


def _keeps_failures(config: Resource) -> bool:
    return not config.is_missing("destinationConfig.onFailure.destination")


def _is_synchronous(stack: Stack, targets: list[Resource]) -> bool:
    """Return whether no known source invokes *targets* asynchronously."""
    permissions = [
        one
        for one in stack.of_type(aws.LAMBDA_PERMISSION)
        if stack.is_undetermined(one, "function")
        or any(stack.refers_to(one, "function", t) for t in targets)
    ]
    synchronous = (*stack.params["syncPrincipals"], UNKNOWN)
    if permissions:
        return all(one.get("principal") in synchronous for one in permissions)
    return any(
        not stack.has_no_referrer(one, "functionName", aws.LAMBDA_EVENT_SOURCE_MAPPING)
        for one in targets
    )


@rule(aws.LAMBDA_FUNCTION)
@classify("reliability", "resilience", "medium", "mandatory")
def lambda_vpc_two_subnets(function: Resource) -> Messages:
    """Functions in a VPC must be in two subnets or more.

    In one subnet, a zone outage or a lack of free IP addresses stops the function.

    References: FSBP Lambda.5, Config lambda-vpc-multi-az-check
    """
    if function.is_missing("vpcConfig") or (
        function.is_missing("vpcConfig.subnetIds")
        and function.is_missing("vpcConfig.securityGroupIds")
    ):
        return
    subnets = function.get("vpcConfig.subnetIds")
    if subnets is not UNKNOWN and len(as_list(subnets)) <= 1:
        yield (
            f"The function '{function.name}' must be in two subnets or more: add a subnet in"
            " another Availability Zone to vpc_config.subnet_ids."
        )


@rule(aws.LAMBDA_FUNCTION)
@classify("reliability", "resilience", "low", "advisory")
def lambda_reserved_concurrency(function: Resource) -> Messages:
    """Functions must have reserved concurrency.

    Without reserved concurrency, one function can use up the concurrency of the account.

    References: Config lambda-concurrency-check, Checkov CKV_AWS_115
    """
    reserved = function.get("reservedConcurrentExecutions")
    limit = number(reserved)
    if reserved is not UNKNOWN and (limit is None or limit < 0):
        yield (
            f"The function '{function.name}' must have reserved concurrency: set"
            " reserved_concurrent_executions to 0 or more."
        )


@stack_rule(aws.LAMBDA_EVENT_SOURCE_MAPPING, aws.LAMBDA_FUNCTION, aws.SQS_QUEUE)
@classify("reliability", "messaging", "medium", "advisory")
def lambda_queue_visibility_timeout(stack: Stack) -> Findings:
    """Queues of functions must have a visibility timeout of six times the function's timeout.

    A message that becomes visible while it is being processed is processed twice.
    """
    for mapping in stack.of_type(aws.LAMBDA_EVENT_SOURCE_MAPPING):
        queues = stack.references(mapping, "eventSourceArn", aws.SQS_QUEUE)
        functions = stack.references(mapping, "functionName", aws.LAMBDA_FUNCTION)
        if len(queues) != 1 or len(functions) != 1:
            continue  # a dependency on a component with several: the right one is not known yet
        hidden = _seconds(queues[0].get("visibilityTimeoutSeconds"), 30)
        needed = _seconds(functions[0].get("timeout"), 3)
        if hidden is not None and needed is not None and hidden < 6 * needed:
            yield queues[0].finding(
                f"The SQS queue '{queues[0].name}' must have a long enough visibility timeout for"
                f" '{functions[0].name}': set visibility_timeout_seconds to {6 * needed:.0f} or"
                " more."
            )


def _seconds(value: Any, default: float) -> float | None:
    return default if is_missing(value) else number(value)


@rule(aws.LAMBDA_EVENT_SOURCE_MAPPING)
@classify("reliability", "messaging", "medium", "advisory")
def lambda_stream_failure_handling(mapping: Resource) -> Messages:
    """Functions that read streams must bisect failing batches and have a failure destination.

    One failing record blocks its shard until the record expires.
    """
    source = mapping.get("eventSourceArn")
    of_stream = source is UNKNOWN or any(one in str(source) for one in _STREAMS)
    if mapping.is_missing("startingPosition") or not of_stream:
        return
    bisects = mapping.get("bisectBatchOnFunctionError")
    is_split = bisects is UNKNOWN or is_true(bisects)
    if not is_split or mapping.is_missing("destinationConfig.onFailure.destinationArn"):
        yield (
            f"The event source '{mapping.name}' must handle a record that always fails: set"
            " bisect_batch_on_function_error=True and destination_config.on_failure."
        )
