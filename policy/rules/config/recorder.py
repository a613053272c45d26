"""Rules on AWS Config recorders, rules and remediations."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.audit import COMPLIANCE_CHANGE, EVENT_RULE, has_resources, targets_for
from policy.engine.remediation import changed_inputs
from policy.engine.rule import (
    ANY_TYPE,
    Findings,
    Messages,
    Resource,
    Stack,
    classify,
    rule,
    stack_rule,
)
from policy.engine.values import UNKNOWN, as_list, is_false, is_missing, is_not_true, is_true

RECORDER_STATUS = "aws:cfg/recorderStatus:RecorderStatus"
RULE = "aws:cfg/rule:Rule"
CONFORMANCE_PACK = "aws:cfg/conformancePack:ConformancePack"
ORGANIZATION_MANAGED_RULE = "aws:cfg/organizationManagedRule:OrganizationManagedRule"
ORGANIZATION_CUSTOM_RULE = "aws:cfg/organizationCustomRule:OrganizationCustomRule"
ORGANIZATION_CONFORMANCE_PACK = "aws:cfg/organizationConformancePack:OrganizationConformancePack"
REMEDIATION_CONFIGURATION = "aws:cfg/remediationConfiguration:RemediationConfiguration"
_EVERYTHING = "ALL_SUPPORTED_RESOURCE_TYPES"
_CHOICES = ("resourceTypes", "exclusionByResourceTypes")


@stack_rule(ANY_TYPE)
@classify("audit", "audit", "medium", "mandatory", when="production")
def config_recorder_exists(stack: Stack) -> Findings:
    """Accounts must record the configuration of their resources.

    Without a recorder there is no configuration history for investigations and audits.

    References: FSBP Config.1, CIS 3.0 3.3, CIS 7.0 4.3, Checkov CKV2_AWS_45
    """
    if has_resources(stack) and not stack.of_type(aws.CONFIG_RECORDER):
        yield stack.finding(
            f"The stack '{stack.name}' must contain a recorder: add an aws.cfg.Recorder, or disable"
            " this rule if another stack has it."
        )


def _recording_everything(recorder: Resource) -> dict[str, Any]:
    if not all(recorder.is_missing(f"recordingGroup.{key}") for key in _CHOICES):
        return {}  # AWS rejects them together with allSupported
    keys = ("allSupported", "includeGlobalResourceTypes")
    return changed_inputs(recorder, {f"recordingGroup.{key}": True for key in keys})


@rule(aws.CONFIG_RECORDER, remediate=_recording_everything)
@classify("audit", "audit", "medium", "mandatory")
def config_records_everything(recorder: Resource) -> Messages:
    """AWS Config must record every resource type, global ones included.

    Changes to unrecorded types go unnoticed, including those to IAM users and roles.

    References: FSBP Config.1, CIS 3.0 3.3, CIS 7.0 4.3, Checkov CKV2_AWS_48
    Remediation: Set recording_group.all_supported and include_global_resource_types to True.
    """
    strategies = recorder.all("recordingGroup.recordingStrategies.useOnly")
    some = any(not is_missing(one) and one not in (_EVERYTHING, UNKNOWN) for one in strategies)
    if is_false(recorder.get("recordingGroup.allSupported")) or some:
        yield (
            f"The recorder '{recorder.name}' must record everything: set"
            " recording_group.all_supported=True and remove other recording_strategies."
        )
    glob = recorder.get("recordingGroup.includeGlobalResourceTypes")
    if glob is not UNKNOWN and not is_true(glob):
        yield (
            f"The recorder '{recorder.name}' must record users and roles: set"
            " recording_group.include_global_resource_types=True."
        )


@stack_rule(aws.CONFIG_RECORDER, RECORDER_STATUS)
@classify("audit", "audit", "medium", "mandatory")
def config_recorder_runs(stack: Stack) -> Findings:
    """AWS Config recorders must be enabled.

    A new recorder is stopped until an aws.cfg.RecorderStatus starts it.

    References: FSBP Config.1, CIS 3.0 3.3, CIS 7.0 4.3, Checkov CKV2_AWS_45
    """
    for recorder in stack.of_type(aws.CONFIG_RECORDER):
        if stack.has_no_referrer(recorder, "name", RECORDER_STATUS, where=_is_enabled):
            yield recorder.finding(
                f"The recorder '{recorder.name}' must be enabled: add a RecorderStatus with name"
                " set to it and is_enabled=True."
            )


def _is_enabled(status: Resource) -> bool:
    return not is_not_true(status.get("isEnabled"))


@stack_rule(
    aws.CONFIG_RECORDER,
    RULE,
    CONFORMANCE_PACK,
    ORGANIZATION_MANAGED_RULE,
    ORGANIZATION_CUSTOM_RULE,
    ORGANIZATION_CONFORMANCE_PACK,
)
@classify("audit", "audit", "medium", "mandatory")
def config_rule_exists(stack: Stack) -> Findings:
    """AWS Config must have rules that evaluate resources.

    Recorded configurations are not checked against anything until a rule evaluates them.
    """
    judges = stack.of_type(
        RULE,
        CONFORMANCE_PACK,
        ORGANIZATION_MANAGED_RULE,
        ORGANIZATION_CUSTOM_RULE,
        ORGANIZATION_CONFORMANCE_PACK,
    )
    for recorder in stack.of_type(aws.CONFIG_RECORDER) if not judges else ():
        yield recorder.finding(
            f"The recorder '{recorder.name}' must have rules: add an aws.cfg.Rule or a"
            " ConformancePack, or disable this rule if the organization deploys them."
        )


@stack_rule(
    aws.CONFIG_RECORDER,
    EVENT_RULE,
    aws.EVENT_TARGET,
    aws.CONFIG_DELIVERY_CHANNEL,
    aws.SNS_TOPIC,
    aws.SNS_TOPIC_SUBSCRIPTION,
)
@classify("audit", "audit", "medium", "mandatory")
def config_noncompliance_alerts(stack: Stack) -> Findings:
    """AWS Config must send notifications about noncompliant resources.

    Without a notification, noncompliant resources are noticed only at the next audit.
    """
    if targets_for(stack, COMPLIANCE_CHANGE) or any(
        _notifies_subscribers(stack, channel)
        for channel in stack.of_type(aws.CONFIG_DELIVERY_CHANNEL)
    ):
        return
    for recorder in stack.of_type(aws.CONFIG_RECORDER):
        yield recorder.finding(
            f"The recorder '{recorder.name}' must send notifications: add an EventRule with the"
            f' detail-type "{COMPLIANCE_CHANGE}" in event_pattern, and an EventTarget.'
        )


def _notifies_subscribers(stack: Stack, channel: Resource) -> bool:
    if channel.is_missing("snsTopicArn"):
        return False
    topics = stack.references(channel, "snsTopicArn", aws.SNS_TOPIC)
    return not topics or any(
        not stack.has_no_referrer(topic, "topic", aws.SNS_TOPIC_SUBSCRIPTION) for topic in topics
    )


@stack_rule(
    RULE,
    REMEDIATION_CONFIGURATION,
    EVENT_RULE,
    aws.EVENT_TARGET,
    aws.SNS_TOPIC,
    aws.SNS_TOPIC_SUBSCRIPTION,
    aws.SQS_QUEUE,
    aws.LAMBDA_EVENT_SOURCE_MAPPING,
    aws.LAMBDA_FUNCTION,
    aws.SFN_STATE_MACHINE,
)
@classify("audit", "audit", "medium", "advisory")
def config_remediation_wired(stack: Stack) -> Findings:
    """AWS Config rules must have at least one automatic remediation.

    Without automatic remediation, every noncompliant resource has to be corrected by hand.
    """
    rules = stack.of_type(RULE)
    if any(
        not stack.has_no_referrer(
            one, "configRuleName", REMEDIATION_CONFIGURATION, where=_is_automatic
        )
        for one in rules
    ):
        return
    if any(_leads_to_action(stack, target) for target in targets_for(stack, COMPLIANCE_CHANGE)):
        return
    for one in rules[:1]:
        yield one.finding(
            f"The Config rule '{one.name}' or another must have an automatic remediation: add a"
            " RemediationConfiguration with automatic=True, or an EventTarget with a function."
        )


def _is_automatic(remediation: Resource) -> bool:
    return not is_not_true(remediation.get("automatic"))


def _leads_to_action(stack: Stack, target: Resource) -> bool:
    """Return whether an event target invokes a function or workflow, also by a topic."""
    topics = stack.references(target, "arn", aws.SNS_TOPIC)
    ends = [
        (target, "arn"),
        *(
            (one, "endpoint")
            for topic in topics
            for one in stack.referrers("topic", topic, aws.SNS_TOPIC_SUBSCRIPTION)
        ),
    ]
    for source, path in ends:
        if stack.is_undetermined(source, path) or stack.references(
            source, path, aws.LAMBDA_FUNCTION, aws.SFN_STATE_MACHINE
        ):
            return True
        if any(
            not stack.has_no_referrer(queue, "eventSourceArn", aws.LAMBDA_EVENT_SOURCE_MAPPING)
            for queue in stack.references(source, path, aws.SQS_QUEUE)
        ):
            return True
    return False


@stack_rule(
    aws.CONFIG_RECORDER,
    aws.CONFIG_DELIVERY_CHANNEL,
    EVENT_RULE,
    aws.EVENT_TARGET,
    aws.FIREHOSE_DELIVERY_STREAM,
)
@classify("audit", "audit", "medium", "mandatory")
def config_findings_kept_in_s3(stack: Stack) -> Findings:
    """AWS Config must keep the results of its rules in S3.

    AWS Config deletes history after its retention period; audits often need older results.
    """
    channels = stack.of_type(aws.CONFIG_DELIVERY_CHANNEL)
    delivered = any(not one.is_missing("s3BucketName") for one in channels)
    if any(_is_archived(stack, target) for target in targets_for(stack, COMPLIANCE_CHANGE)):
        return
    for recorder in stack.of_type(aws.CONFIG_RECORDER):
        if not (delivered and _records_compliance(recorder)):
            yield recorder.finding(
                f"The recorder '{recorder.name}' must keep findings in S3: add a DeliveryChannel"
                " with s3_bucket_name, and set recording_group.all_supported=True."
            )


def _records_compliance(recorder: Resource) -> bool:
    types = recorder.get("recordingGroup.resourceTypes")
    wanted = ("AWS::Config::ResourceCompliance", UNKNOWN)
    named = types is UNKNOWN or any(one in wanted for one in as_list(types))
    return named or not is_false(recorder.get("recordingGroup.allSupported"))


def _is_archived(stack: Stack, target: Resource) -> bool:
    streams = stack.references(target, "arn", aws.FIREHOSE_DELIVERY_STREAM)
    return stack.is_undetermined(target, "arn") or any(
        not one.is_missing("extendedS3Configuration.bucketArn") for one in streams
    )
