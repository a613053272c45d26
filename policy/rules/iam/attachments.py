"""Rules on IAM users, and policies attached to roles."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import (
    Finding,
    Findings,
    Messages,
    Resource,
    Stack,
    classify,
    rule,
    stack_rule,
)
from policy.engine.values import UNKNOWN, as_list

ACCESS_KEY = "aws:iam/accessKey:AccessKey"
GROUP_POLICY_ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
ROLE_POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
ROLE_POLICY_ATTACHMENTS_EXCLUSIVE = (
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
)
USER = "aws:iam/user:User"
USER_LOGIN_PROFILE = "aws:iam/userLoginProfile:UserLoginProfile"
USER_POLICY = "aws:iam/userPolicy:UserPolicy"
USER_POLICY_ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
ARGUMENTS = {"policyNames": "policy_names", "policyArns": "policy_arns"}
ATTACHED = {
    ROLE_POLICY_ATTACHMENTS_EXCLUSIVE: ("policyArns", "policy_arns"),
    aws.IAM_ROLE: ("managedPolicyArns", "managed_policy_arns"),
}


@rule(
    aws.IAM_ROLE_POLICY_ATTACHMENT,
    USER_POLICY_ATTACHMENT,
    GROUP_POLICY_ATTACHMENT,
    POLICY_ATTACHMENT,
    aws.IAM_ROLE,
    ROLE_POLICY_ATTACHMENTS_EXCLUSIVE,
    params={
        "forbidden": [
            "AdministratorAccess",
            "IAMFullAccess",
            "PowerUserAccess",
            "job-function/SystemAdministrator",
        ]
    },
)
@classify("security", "identity", "critical", "mandatory")
def iam_no_powerful_managed_policy(attachment: Resource) -> Messages:
    """Administrator policies must not be attached.

    Administrator policies grant far more permissions than a service needs.

    References: Checkov CKV_AWS_274, Checkov CKV2_AWS_56, cdk-nag AwsSolutions-IAM4
    """
    path, argument = ATTACHED.get(attachment.type, ("policyArn", "policy_arn"))
    endings = tuple(f"/{one}" for one in attachment.params["forbidden"])
    for arn in as_list(attachment.get(path)):
        if isinstance(arn, str) and arn.endswith(endings):
            yield (
                f"'{attachment.name}' must not attach {arn.rpartition('/')[2]}: set {argument} to a"
                " policy with only the required permissions."
            )


@rule(USER, ACCESS_KEY, USER_LOGIN_PROFILE)
@classify("security", "identity", "high", "mandatory")
def iam_no_users_or_access_keys(user: Resource) -> Messages:
    """IAM users and access keys must be replaced with roles.

    Access keys are valid until they are deleted and easily leaked; role credentials expire within
    hours.

    References: CIS 7.0 2.19, Checkov CKV_AWS_273, Checkov CKV_AWS_348
    """
    yield (
        f"The user or access key '{user.name}' must not be declared: use an aws.iam.Role, which"
        " people and programs can assume."
    )


@rule(USER_POLICY, USER_POLICY_ATTACHMENT, POLICY_ATTACHMENT)
@classify("security", "identity", "low", "advisory")
def iam_no_policy_on_user(attachment: Resource) -> Messages:
    """Permissions must not be attached to users directly.

    Permissions attached to users are hard to review and remain after the user changes roles.

    References: FSBP IAM.2, CIS 3.0 1.15, CIS 7.0 2.13, Config iam-user-no-policies-check,
    Checkov CKV_AWS_40
    """
    if attachment.type == POLICY_ATTACHMENT and not as_list(attachment.get("users")):
        return
    yield (
        f"The policy '{attachment.name}' must not be attached to a user: attach it to a role or a"
        " group, and remove users."
    )


@require_value(aws.IAM_ROLE, path="permissionsBoundary", value=is_set)
@classify("security", "identity", "medium", "advisory", when="opted-in")
def iam_role_permissions_boundary() -> None:
    """Roles must have a permissions boundary.

    A permissions boundary limits what a role can do, whatever policies are attached to it.
    """


@stack_rule(
    aws.IAM_ROLE,
    aws.IAM_ROLE_POLICY,
    aws.IAM_ROLE_POLICY_ATTACHMENT,
    ROLE_POLICIES_EXCLUSIVE,
    ROLE_POLICY_ATTACHMENTS_EXCLUSIVE,
)
@classify("security", "identity", "low", "advisory")
def iam_role_policies_one_owner(stack: Stack) -> Findings:
    """Policies of a role must be managed in one way only.

    An exclusive attachment and individual attachments remove each other's policies on every update.

    References: AWSGuard iamRoleNoPolicyManagementConflicts
    """
    for role in stack.of_type(aws.IAM_ROLE):
        inline = stack.referrers("role", role, aws.IAM_ROLE_POLICY)
        attached = stack.referrers("role", role, aws.IAM_ROLE_POLICY_ATTACHMENT)
        names = [one.get("name") for one in role.entries("inlinePolicies")]
        if inline and _has_other_policies(names, [one.get("name") for one in inline]):
            yield _one_owner(role, "inline_policies", "aws.iam.RolePolicy")
        arns = as_list(role.get("managedPolicyArns"))
        if attached and _has_other_policies(arns, [one.get("policyArn") for one in attached]):
            yield _one_owner(role, "managed_policy_arns", "aws.iam.RolePolicyAttachment")
        for exclusive in stack.referrers("roleName", role, ROLE_POLICIES_EXCLUSIVE):
            yield from _unlisted(stack, exclusive, "policyNames", inline, "name")
        for exclusive in stack.referrers("roleName", role, ROLE_POLICY_ATTACHMENTS_EXCLUSIVE):
            yield from _unlisted(stack, exclusive, "policyArns", attached, "policyArn")


def _has_other_policies(declared: list[Any], separate: list[Any]) -> bool:
    """Return whether the role declares policies beyond those of separate resources."""
    return UNKNOWN not in separate and any(
        one is not UNKNOWN and one not in separate for one in declared
    )


def _one_owner(role: Resource, argument: str, typ: str) -> Finding:
    return Finding(
        f"The role '{role.name}' must have its policies managed in one way: move {argument} into"
        f" {typ}.",
        role.urn,
    )


def _unlisted(
    stack: Stack, exclusive: Resource, path: str, policies: list[Resource], key: str
) -> Findings:
    """Yield the policies that *exclusive* would remove."""
    listed = exclusive.get(path)
    if listed is UNKNOWN or UNKNOWN in as_list(listed):
        return
    for policy in policies:
        value = policy.get(key)
        known = isinstance(value, str) and value not in as_list(listed)
        if known and not stack.refers_to(exclusive, path, policy):
            yield policy.finding(
                f"The policy '{policy.name}' must be listed in '{exclusive.name}', which otherwise"
                f" removes it: add it to {ARGUMENTS[path]}."
            )
