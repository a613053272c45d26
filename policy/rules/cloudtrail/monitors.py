"""Rules on metric filters and alarms on what CloudTrail records."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.audit import EVENT_RULE, is_enabled
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator


FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
_EVENTS = {
    "unauthorized-api-calls": "UnauthorizedOperation AccessDenied",
    "console-sign-in-without-mfa": "MFAUsed",
    "root-account-use": "Root",
    "iam-policy-changes": (
        "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy"
        " PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion"
        " AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy"
        " AttachGroupPolicy DetachGroupPolicy"
    ),
    "cloudtrail-configuration-changes": (
        "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"
    ),
    "console-authentication-failures": "ConsoleLogin Failed|Failure",
    "kms-key-disabled-or-scheduled-for-deletion": "DisableKey ScheduleKeyDeletion",
    "s3-bucket-policy-changes": (
        "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication"
        " DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication"
    ),
    "config-changes": (
        "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel"
        " PutConfigurationRecorder"
    ),
    "security-group-changes": (
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress"
        " RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup"
        " DeleteSecurityGroup"
    ),
    "network-acl-changes": (
        "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry"
        " ReplaceNetworkAclEntry ReplaceNetworkAclAssociation"
    ),
    "network-gateway-changes": (
        "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway"
        " CreateInternetGateway DeleteInternetGateway DetachInternetGateway"
    ),
    "route-table-changes": (
        "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation"
        " DeleteRouteTable DeleteRoute DisassociateRouteTable"
    ),
    "vpc-changes": (
        "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection"
        " CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection"
    ),
    "organizations-changes": (
        "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy"
        " DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy"
        " DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization"
        " LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy"
        " UpdateOrganizationalUnit"
    ),
}
"""Monitor -> the terms of its pattern in the CIS benchmark; "|" separates alternatives."""
_SOURCES = {
    "iam-policy-changes": "iam",
    "cloudtrail-configuration-changes": "cloudtrail",
    "kms-key-disabled-or-scheduled-for-deletion": "kms",
    "s3-bucket-policy-changes": "s3",
    "config-changes": "config",
    "security-group-changes": "ec2",
    "network-acl-changes": "ec2",
    "network-gateway-changes": "ec2",
    "route-table-changes": "ec2",
    "vpc-changes": "ec2",
    "organizations-changes": "organizations",
}
"""Monitor -> the AWS service whose event source alone also covers it."""
_WORD = re.compile(r"[A-Za-z*]*[A-Za-z][A-Za-z*]*")
_PREFIX = re.compile(r'"prefix"\s*:\s*"([A-Za-z]+)"')
_SOURCE = re.compile(r"([a-z0-9-]+)\.amazonaws\.com")


@stack_rule(
    aws.CLOUDTRAIL_TRAIL, FILTER, aws.METRIC_ALARM, EVENT_RULE, params={"monitors": list(_EVENTS)}
)
@classify("audit", "audit", "medium", "advisory")
def cloudtrail_monitors_exist(stack: Stack) -> Findings:
    """Trails that write to a log group must have an alarm for each critical kind of change.

    Without alarms, root logins, IAM changes and similar events are noticed only after the fact.

    References: Security Hub CloudWatch.1 (root-account-use),
    Security Hub CloudWatch.2 (unauthorized-api-calls),
    Security Hub CloudWatch.3 (console-sign-in-without-mfa),
    Security Hub CloudWatch.4 (iam-policy-changes),
    Security Hub CloudWatch.5 (cloudtrail-configuration-changes),
    Security Hub CloudWatch.6 (console-authentication-failures),
    Security Hub CloudWatch.7 (kms-key-disabled-or-scheduled-for-deletion),
    Security Hub CloudWatch.8 (s3-bucket-policy-changes),
    Security Hub CloudWatch.9 (config-changes),
    Security Hub CloudWatch.10 (security-group-changes),
    Security Hub CloudWatch.11 (network-acl-changes),
    Security Hub CloudWatch.12 (network-gateway-changes),
    Security Hub CloudWatch.13 (route-table-changes), Security Hub CloudWatch.14 (vpc-changes),
    CIS 7.0 5.1, CIS 7.0 5.4, CIS 7.0 5.5, CIS 7.0 5.10, CIS 7.0 5.14
    """
    trails = [
        one
        for one in stack.of_type(aws.CLOUDTRAIL_TRAIL)
        if not one.is_missing("cloudWatchLogsGroupArn")
    ]
    patterns = [*_filter_patterns(stack, trails), *_rule_patterns(stack)]
    if not trails or UNKNOWN in patterns:
        return
    texts = [one for one in patterns if isinstance(one, str)]
    words = {word for text in texts for word in _words(text)}
    sources = {one for text in texts if "eventName" not in text for one in _SOURCE.findall(text)}
    for monitor in as_list(stack.params["monitors"]):
        wanted = _EVENTS.get(monitor, "").split()
        absent = [one for one in wanted if not _is_named(one, words)]
        if absent and _SOURCES.get(monitor) not in sources:
            yield trails[0].finding(
                f"The trail '{trails[0].name}' must have an alarm for {monitor}: add a"
                " LogMetricFilter on its log group whose pattern names"
                f" {', '.join(one.replace('|', ' or ') for one in absent)} and a MetricAlarm with"
                " its metric_name, or an EventRule whose event_pattern names them.",
                str(monitor),
            )


def _words(text: str) -> Messages:
    yield from _WORD.findall(text)
    yield from (f"{prefix}*" for prefix in _PREFIX.findall(text))


def _is_named(wanted: str, words: set[str]) -> bool:
    return any(fnmatchcase(one, word) for one in wanted.split("|") for word in words)


def _filter_patterns(stack: Stack, trails: list[Resource]) -> Iterator[object]:
    """Yield the patterns of a trail's metric filters whose metric has an alarm."""
    for one in stack.of_type(FILTER):
        if any(_is_on_group(stack, one, trail) for trail in trails) and _has_alarm(stack, one):
            yield one.get("pattern")


def _rule_patterns(stack: Stack) -> Iterator[object]:
    """Yield the patterns of enabled event rules."""
    return (
        _as_text(one.get("eventPattern")) for one in stack.of_type(EVENT_RULE) if is_enabled(one)
    )


def _as_text(pattern: Any) -> Any:
    """Return *pattern*, which may be an object, as text; unknown if a part of it is."""
    try:
        return json.dumps(pattern) if is_object(pattern) else pattern
    except TypeError:
        return UNKNOWN


def _is_on_group(stack: Stack, metric_filter: Resource, trail: Resource) -> bool:
    """Return whether a filter is, or may be, on the log group that *trail* writes to."""
    name, arn = metric_filter.get("logGroupName"), trail.get("cloudWatchLogsGroupArn")
    if isinstance(name, str) and isinstance(arn, str):
        return arn.rpartition(":log-group:")[2].removesuffix(":*") == name
    if stack.is_undetermined(metric_filter, "logGroupName") or stack.is_undetermined(
        trail, "cloudWatchLogsGroupArn"
    ):
        return True
    return any(
        stack.refers_to(metric_filter, "logGroupName", group)
        and stack.refers_to(trail, "cloudWatchLogsGroupArn", group)
        for group in stack.of_type(aws.LOG_GROUP)
    )


def _has_alarm(stack: Stack, metric_filter: Resource) -> bool:
    """Return whether an alarm watches, or may watch, the metric of a filter."""
    metric = metric_filter.get("metricTransformation.name")
    names = [
        name
        for alarm in stack.of_type(aws.METRIC_ALARM)
        for name in (alarm.get("metricName"), *alarm.all("metricQueries.metric.metricName"))
        if name is not None
    ]
    return bool(names) and (metric is UNKNOWN or metric in names or UNKNOWN in names)
