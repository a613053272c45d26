"""Rules on SQS queues."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.iam import SOURCE_CONDITION, allow_statements, public_access, statements
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_false, is_missing, is_object, number

REDRIVE_ALLOW_POLICY = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
_DAYS_4 = 345600.0
_REDRIVING = (aws.SQS_QUEUE, aws.SQS_REDRIVE_POLICY, "aws:sns/topicSubscription:TopicSubscription")
"""Types with a redrive policy."""
_SETTINGS = (
    *((typ, "redrivePolicy") for typ in _REDRIVING),
    ("aws:lambda/function:Function", "deadLetterConfig.targetArn"),
    ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig"),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"),
    ("aws:cloudwatch/eventBus:EventBus", "deadLetterConfig.arn"),
    ("aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig.arn"),
    ("aws:scheduler/schedule:Schedule", "target.deadLetterConfig.arn"),
)
"""Inputs of other resources that refer to a dead-letter queue."""


@stack_rule(aws.SQS_QUEUE, aws.SQS_REDRIVE_POLICY, REDRIVE_ALLOW_POLICY)
@classify("architecture", "messaging", "medium", "advisory")
def sqs_dead_letter_queue(stack: Stack) -> Findings:
    """Queues must have a dead-letter queue.

    Without a dead-letter queue, a message that cannot be processed is retried until it expires and
    is then lost.

    References: Config sqs-queue-dlq-check, cdk-nag AwsSolutions-SQS3
    """
    named = {_target(one) for typ in _REDRIVING for one in stack.of_type(typ)}
    for queue in stack.of_type(aws.SQS_QUEUE):
        if not queue.is_missing("redrivePolicy") or _takes_dead_letters(stack, queue, named):
            continue
        if stack.has_no_referrer(queue, "queueUrl", aws.SQS_REDRIVE_POLICY):
            yield queue.finding(
                f"The SQS queue '{queue.name}' must have a dead-letter queue: set redrive_policy to"
                " a dead-letter queue and a maxReceiveCount."
            )


def _takes_dead_letters(stack: Stack, queue: Resource, named: set[str | None]) -> bool:
    """Return whether an input refers to *queue*, or its ARN is among those *named* in policies."""
    allows = not queue.is_missing("redriveAllowPolicy")
    if allows or not stack.has_no_referrer(queue, "queueUrl", REDRIVE_ALLOW_POLICY):
        return True
    arn = queue.get("arn")
    if isinstance(arn, str) and arn in named:
        return True
    return any(
        one is not queue for typ, path in _SETTINGS for one in stack.referrers(path, queue, typ)
    )


def _target(source: Resource) -> str | None:
    """Return the target ARN in the redrive policy of *source*, if it is known."""
    document = source.document("redrivePolicy")
    target = document.get("deadLetterTargetArn") if is_object(document) else None
    return target if isinstance(target, str) else None


def _is_target(stack: Stack, source: Resource, queue: Resource) -> bool:
    """Return whether the redrive policy of *source* refers to *queue*."""
    target = _target(source)
    known = target is not None and target == queue.get("arn")
    return known or stack.refers_to(source, "redrivePolicy", queue)


@stack_rule(aws.SQS_QUEUE, aws.SQS_REDRIVE_POLICY)
@classify("reliability", "messaging", "low", "advisory")
def sqs_dead_letter_retention_longer(stack: Stack) -> Findings:
    """Dead-letter queues must keep messages for longer than the queues they come from.

    A message keeps its original timestamp in the dead-letter queue, so with equal retention it
    expires soon after it arrives.
    """
    queues = stack.of_type(aws.SQS_QUEUE)
    sources = [(one, one) for one in queues]
    sources += [
        (policy, one)
        for policy in stack.of_type(aws.SQS_REDRIVE_POLICY)
        for one in stack.references(policy, "queueUrl", aws.SQS_QUEUE)
    ]
    for policy, source in sources:
        if policy.is_missing("redrivePolicy"):
            continue
        targets = [one for one in queues if one is not source and _is_target(stack, policy, one)]
        if len(targets) != 1:
            continue  # none, or a component with several
        kept, least = _retention(targets[0]), _retention(source)
        if kept is not None and least is not None and kept <= least:
            yield targets[0].finding(
                f"The dead-letter queue '{targets[0].name}' must keep messages for longer than"
                f" '{source.name}': set message_retention_seconds above {least:.0f}."
            )


def _retention(queue: Resource) -> float | None:
    seconds = queue.get("messageRetentionSeconds")
    return _DAYS_4 if is_missing(seconds) else number(seconds)


def _own_encryption(queue: Resource) -> dict[str, Any]:
    stated = queue.props.get("sqsManagedSseEnabled")
    return {"sqsManagedSseEnabled": True} if is_missing(stated) else {}


@rule(aws.SQS_QUEUE, remediate=_own_encryption)
@classify("security", "messaging", "medium", "mandatory")
def sqs_encrypted(queue: Resource) -> Messages:
    """SQS queues must encrypt messages at rest.

    Messages can contain customer data; unencrypted ones can be read by anyone who obtains the
    storage.

    References: FSBP SQS.1, Checkov CKV_AWS_27, cdk-nag AwsSolutions-SQS2
    Remediation: Set sqs_managed_sse_enabled to True.
    """
    managed = queue.get("sqsManagedSseEnabled")
    if queue.is_missing("kmsMasterKeyId") and (is_missing(managed) or is_false(managed)):
        yield (
            f"The SQS queue '{queue.name}' must encrypt its messages: set"
            " sqs_managed_sse_enabled=True or kms_master_key_id."
        )


@rule(aws.SQS_QUEUE_POLICY, aws.SQS_QUEUE)
@classify("security", "messaging", "high", "mandatory")
def sqs_policy_no_open_principal(queue: Resource) -> Messages:
    """Queue policies must not allow every principal.

    Anyone with an AWS account can then send messages to the queue, or receive and delete them.

    References: FSBP SQS.3, CIS 7.0 2.21, Config sqs-queue-no-public-access, Checkov CKV_AWS_168,
    Checkov CKV_AWS_387
    """
    return public_access(queue, "policy of the SQS queue", "principals", SOURCE_CONDITION)


@rule(aws.SQS_QUEUE_POLICY, aws.SQS_QUEUE)
@classify("security", "messaging", "high", "mandatory")
def sqs_policy_no_wildcard_action(queue: Resource) -> Messages:
    """Queue policies must name the actions that they allow.

    A wildcard also allows deleting the queue and replacing its policy.

    References: Config sqs-queue-policy-full-access-check, Checkov CKV_AWS_72
    """
    for statement in allow_statements([queue.get("policy")]):
        whole = any(action.lower() in ("*", "sqs:*") for action in statement.actions)
        if whole or statement.not_actions:
            yield (
                f"The policy of the SQS queue '{queue.name}' must list the allowed actions: write"
                ' sqs:SendMessage or the like in policy instead of "*", "sqs:*" and NotAction.'
            )


@rule(aws.SQS_QUEUE, aws.SQS_REDRIVE_POLICY, params={"min": 1, "max": 10})
@classify("reliability", "messaging", "medium", "advisory")
def sqs_max_receive_count(queue: Resource) -> Messages:
    """Queues must retry messages a few times before they move to the dead-letter queue.

    With too many retries, a failing message delays others; with none, a transient error moves it to
    the dead-letter queue.
    """
    document = queue.document("redrivePolicy")
    count = number(document.get("maxReceiveCount")) if is_object(document) else None
    low, high = queue.params["min"], queue.params["max"]
    if count is not None and not low <= count <= high:
        yield (
            f"The SQS queue '{queue.name}' must retry messages a few times: set maxReceiveCount in"
            f" redrive_policy to {low:.0f} up to {high:.0f}."
        )


@stack_rule(aws.SQS_QUEUE, aws.SQS_QUEUE_POLICY)
@classify("security", "messaging", "low", "advisory")
def sqs_denies_plain_http(stack: Stack) -> Findings:
    """Queues must deny requests without TLS.

    HTTP traffic is unencrypted and can be read or changed in transit.

    References: cdk-nag AwsSolutions-SQS4
    """
    for queue in stack.of_type(aws.SQS_QUEUE):
        lacks = stack.has_no_referrer(
            queue, "queueUrl", aws.SQS_QUEUE_POLICY, where=_denies_plain_http
        )
        if lacks and not _denies_plain_http(queue):
            yield queue.finding(
                f"The SQS queue '{queue.name}' must deny requests without TLS: add to its policy a"
                ' Deny of sqs:* for Principal "*", with the condition Bool aws:SecureTransport'
                ' "false".'
            )


def _denies_plain_http(owner: Resource) -> bool:
    document = owner.document("policy")
    return document is UNKNOWN or any(one.denies_plain_http for one in statements(document))
