"""Rules on statements of IAM policies."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policy.engine import resource_types as aws
from policy.engine.iam import Statement, allow_statements, matches
from policy.engine.rule import Messages, Resource, classify, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

POLICY_TYPES = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    aws.IAM_ROLE,
)
TAGS = ("ResourceTag/", "RequestTag/")
"""Condition keys of tags: `aws:ResourceTag/team`, and those of services, `ec2:ResourceTag/team`."""
_FURTHER_ACTIONS = Path(__file__).with_name("actions_without_resource.txt")
RESTRICTING_CONDITIONS = ("ec2:Vpc", "ecs:cluster", "kms:ViaService", "cloudwatch:namespace")
ACTIONS_WITHOUT_RESOURCE = [
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    "ec2:Describe*",
    "ecr:GetAuthorizationToken",
    "ecs:DiscoverPollEndpoint",
    "ecs:ListClusters",
    "kms:GenerateRandom",
    "kms:ListAliases",
    "kms:ListKeys",
    "lambda:ListFunctions",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "route53:ListHostedZones",
    "s3:ListAllMyBuckets",
    "servicediscovery:DiscoverInstances",
    "sns:ListTopics",
    "sqs:ListQueues",
    "ssmmessages:*",
    "sts:GetCallerIdentity",
    "tag:GetResources",
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
]
"""Actions without resource-level permissions, which need Resource "*"."""


def has_no_resource(action: str, listed: Iterable[str] = ACTIONS_WITHOUT_RESOURCE) -> bool:
    """Return whether *action* has no resource-level permissions, so that it needs Resource "*".

    *listed*: such actions in addition to those of the Service Authorization Reference.
    """
    service = action.partition(":")[0].lower()
    patterns = (*listed, *_actions_without_resource().get(service, ()))
    return any(matches(pattern, action) for pattern in patterns)


@cache
def _actions_without_resource() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _FURTHER_ACTIONS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            service, _, names = line.partition(": ")
            found.setdefault(service, []).extend(f"{service}:{one}" for one in names.split())
    return found


@rule(*POLICY_TYPES, params={"actionsWithoutResource": ACTIONS_WITHOUT_RESOURCE})
@classify("security", "identity", "high", "mandatory")
def iam_resource_named(policy: Resource) -> Messages:
    """IAM policies must name the resources that an action is allowed on.

    A permission on all resources also covers resources created later.

    References: Checkov CKV_AWS_355, Checkov CKV_AWS_356, cdk-nag AwsSolutions-IAM5
    """
    free = policy.params["actionsWithoutResource"]
    for statement in allowed(policy):
        restricted = statement.is_restricted_by(RESTRICTING_CONDITIONS) or statement.requires_key(
            *TAGS
        )
        if not statement.covers_every_resource or restricted:
            continue
        broad = [
            action
            for action in statement.actions or ("NotAction",)
            if not has_no_resource(action, free)
        ]
        if broad:
            yield (
                f"The policy '{policy.name}' must name the resources for {', '.join(broad[:3])}:"
                ' replace Resource "*" or NotResource in the statement with ARNs.'
            )


@rule(*POLICY_TYPES)
@classify("security", "identity", "critical", "mandatory")
def iam_no_full_administrator(policy: Resource) -> Messages:
    """IAM policies must not allow every action on every resource.

    A principal with this policy has full control of the account.

    References: FSBP IAM.1, CIS 3.0 1.16, CIS 7.0 2.14,
    Config iam-policy-no-statements-with-admin-access, Checkov CKV_AWS_62, Checkov CKV_AWS_1
    """
    for statement in allowed(policy):
        if statement.covers_every_resource and statement.covers_every_action:
            yield (
                f"The policy '{policy.name}' must not allow every action on every resource: list"
                " the actions in policy and name the resources."
            )


@rule(*POLICY_TYPES)
@classify("security", "identity", "medium", "mandatory")
def iam_no_service_wildcard(policy: Resource) -> Messages:
    """IAM policies must list the actions of a service one by one.

    A service wildcard includes actions that delete resources and change permissions.

    References: FSBP IAM.21, Config iam-policy-no-statements-with-full-access, Checkov CKV_AWS_63,
    Checkov CKV_AWS_49, cdk-nag AwsSolutions-IAM5
    """
    for statement in allowed(policy):
        whole = [action for action in statement.actions if _is_service_wildcard(action)]
        if whole or statement.not_actions:
            yield (
                f"The policy '{policy.name}' must list its actions: replace"
                f" {', '.join(whole) or 'NotAction'} in policy."
            )


def _is_service_wildcard(action: str) -> bool:
    """Return whether *action* covers every action of a service, or actions of several services."""
    service, _, name = action.partition(":")
    return bool(re.search("[*?]", service)) or not name.strip("*?")


@rule(aws.IAM_ROLE)
@classify("security", "identity", "critical", "mandatory")
def iam_trust_not_open(role: Resource) -> Messages:
    """Roles must not be assumable by every principal.

    Any AWS principal can then assume the role and use its permissions.

    References: Checkov CKV_AWS_60, Checkov CKV_AWS_61, Checkov CKV_AWS_283
    """
    if role.is_missing("assumeRolePolicy"):
        yield f"The role '{role.name}' must have a trust policy: set assume_role_policy."
        return
    for statement in allow_statements([role.get("assumeRolePolicy")]):
        roots = [name for kind, name in statement.principals if kind == "AWS" and _is_root(name)]
        if statement.has_public_principal or (roots and not statement.is_conditional):
            yield (
                f"The role '{role.name}' must not trust {roots[0] if roots else 'every principal'}:"
                " name a service or a role as Principal in assume_role_policy."
            )


def allowed(policy: Resource) -> Iterator[Statement]:
    """Yield the Allow statements of *policy*: of its document, or of a role's inline ones."""
    documents = (
        policy.all("inlinePolicies.policy") if policy.type == aws.IAM_ROLE else policy.all("policy")
    )
    return allow_statements(documents)


def _is_root(principal: str) -> bool:
    return principal.endswith(":root") or principal.isdigit()
