"""Rules on EventBridge buses and targets."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.iam import public_access
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule

EVENT_BUS_POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
EVENT_PERMISSION = "aws:cloudwatch/eventPermission:EventPermission"
EVENT_BUS = "aws:cloudwatch/eventBus:EventBus"


@rule(EVENT_BUS_POLICY, EVENT_PERMISSION)
@classify("security", "messaging", "high", "mandatory")
def events_bus_policy_not_open(policy: Resource) -> Messages:
    """Event bus policies must not allow every principal.

    Any AWS account can then send events and trigger the targets of the bus.

    References: cdk-nag AwsSolutions-EVB1
    """
    if policy.type == EVENT_BUS_POLICY:
        restriction = "a condition on aws:PrincipalOrgID"
        yield from public_access(policy, "event bus policy", "principals", restriction)
    if policy.get("principal") == "*" and policy.is_missing("condition"):
        yield (
            f"The event permission '{policy.name}' must not allow every principal: set principal to"
            " an account, or condition to the organization."
        )


@stack_rule(EVENT_BUS, EVENT_BUS_POLICY, EVENT_PERMISSION)
@classify("security", "messaging", "low", "advisory")
def events_custom_bus_has_policy(stack: Stack) -> Findings:
    """Event buses that are not the default must have a policy.

    A resource policy documents which principals may send events and keeps others out.

    References: FSBP EventBridge.3, Config custom-eventbus-policy-attached
    """
    for bus in stack.of_type(EVENT_BUS):
        if not bus.is_missing("eventSourceName"):
            continue
        if stack.has_no_referrer(bus, "eventBusName", EVENT_BUS_POLICY, EVENT_PERMISSION):
            yield bus.finding(
                f"The event bus '{bus.name}' must have a policy: add an EventBusPolicy with"
                " event_bus_name set to it."
            )


@rule(aws.EVENT_TARGET)
@classify("reliability", "messaging", "medium", "advisory")
def events_target_failure_handling(target: Resource) -> Messages:
    """Targets of event rules must have a retry policy and a dead-letter queue.

    Without a dead-letter queue, events are dropped silently when retries are exhausted.
    """
    wanted = {
        "deadLetterConfig.arn": "dead_letter_config.arn",
        "retryPolicy.maximumRetryAttempts": "retry_policy.maximum_retry_attempts",
    }
    absent = [argument for key, argument in wanted.items() if target.is_missing(key)]
    if absent:
        yield f"The event target '{target.name}' must handle failures: set {' and '.join(absent)}."
