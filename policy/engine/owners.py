"""Owners of data stores, and other services with access by security groups or roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.iam import allow_statements, matches
from policy.engine.resource_types import (
    EC2_INSTANCE,
    ECS_SERVICE,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    LAMBDA_FUNCTION,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policy.engine.iam import Statement
    from policy.engine.resource import Resource
    from policy.engine.rule import Findings
    from policy.engine.stack import Stack

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
POLICY = "aws:iam/policy:Policy"


def have_different_owners(one: Resource, other: Resource, tag: str) -> bool:
    """Return whether both have *tag* with different known values."""
    values = (one.tag(tag), other.tag(tag))
    return all(isinstance(value, str) and value for value in values) and values[0] != values[1]


def groups_with_access(stack: Stack, store: Resource, path: str) -> list[Resource]:
    """Return the security groups allowed by the groups at *path* of *store*."""
    own = stack.references(store, path, SECURITY_GROUP)
    rules = [
        (one, source)
        for group in own
        for one, source in [
            (group, "ingress.securityGroups"),
            *((rule, "sourceSecurityGroupId") for rule in _ingress(stack, group)),
            *(
                (rule, "referencedSecurityGroupId")
                for rule in stack.referrers("securityGroupId", group, SECURITY_GROUP_INGRESS_RULE)
            ),
        ]
    ]
    return [
        group
        for group in stack.of_type(SECURITY_GROUP)
        if any(one is not group and stack.refers_to(one, source, group) for one, source in rules)
    ]


def _is_for_rotation(stack: Stack, group: Resource) -> bool:
    """Return whether *group* is only attached to functions that rotate secrets."""
    users = stack.referrers("vpcConfig.securityGroupIds", group, LAMBDA_FUNCTION)
    others = [
        *stack.referrers("networkConfiguration.securityGroups", group, ECS_SERVICE),
        *stack.referrers("vpcSecurityGroupIds", group, EC2_INSTANCE),
    ]
    return (
        bool(users)
        and not others
        and all(stack.referrers("rotationLambdaArn", one, ROTATION) for one in users)
    )


def _ingress(stack: Stack, group: Resource) -> list[Resource]:
    rules = stack.referrers("securityGroupId", group, SECURITY_GROUP_RULE)
    return [rule for rule in rules if rule.get("type") == "ingress"]


def role_statements(stack: Stack, role: Resource) -> list[Statement]:
    """Return the Allow statements of the known policies of *role*."""
    policies = [one.get("policy") for one in stack.referrers("role", role, IAM_ROLE_POLICY)]
    policies += role.all("inlinePolicies.policy")
    for attachment in stack.referrers("role", role, IAM_ROLE_POLICY_ATTACHMENT):
        attached = stack.references(attachment, "policyArn", POLICY)
        policies += [one.get("policy") for one in attached]
    managed = stack.references(role, "managedPolicyArns", POLICY)
    policies += [one.get("policy") for one in managed]
    return list(allow_statements(one for one in policies if one is not UNKNOWN))


def allows_on(statement: Statement, arn: Any) -> bool:
    """Return whether a statement's Resource covers *arn* or a sub-resource of it."""
    if not isinstance(arn, str) or not arn:
        return False
    below = f"{arn}/"
    return any(
        matches(pattern, arn)
        or matches(pattern, f"{below}index/any")
        or pattern.lower().startswith(below.lower())
        for pattern in statement.resources
    )


def actions_of(statement: Statement, service: str) -> Iterator[str]:
    """Yield the action patterns of a statement for *service*; "*" for NotAction."""
    if statement.not_actions:
        if not any(matches(one, f"{service}:any") for one in statement.not_actions):
            yield "*"
        return
    for action in statement.actions:
        prefix = action.partition(":")[0]
        if action == "*" or matches(prefix, service):
            yield action


def using_role_findings(
    stack: Stack, stores: list[Resource], uses: Callable[[Statement], bool]
) -> Findings:
    """Yield a violation for each role of another service whose statement *uses* one of *stores*."""
    tag = stack.params["serviceTag"]
    for role in stack.of_type(IAM_ROLE) if stores else ():
        using = [one for one in role_statements(stack, role) if uses(one)]
        for store in stores if using else ():
            reached = any(allows_on(one, store.get("arn")) for one in using)
            if reached and have_different_owners(store, role, tag):
                yield role.finding(
                    f"The role '{role.name}' must not use the store '{store.name}' of another"
                    " service: remove it from Resource in the role's policy, and call the service"
                    f" that owns it, or give both the same tag {tag}."
                )


def group_access_findings(stack: Stack, store: Resource, path: str) -> Findings:
    """Yield a violation for each security group of another service that *store* allows."""
    tag = stack.params["serviceTag"]
    for group in groups_with_access(stack, store, path):
        if have_different_owners(store, group, tag) and not _is_for_rotation(stack, group):
            yield store.finding(
                f"The store '{store.name}' must be reachable only by its own service: remove"
                f" '{group.name}' from the ingress of its security group, and call the service that"
                f" owns it, or give both the same tag {tag}."
            )
