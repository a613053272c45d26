"""Rules on security groups that nothing uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN, is_array, is_object, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_STACK = "pulumi:pulumi:Stack"
_NO_USERS = (
    SECURITY_GROUP,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    _STACK,
)
"""Types that name groups in rules and exports only."""
_ATTACHING = ("aws:", "aws-native:")
_HOLDS_GROUPS = re.compile(
    r"(?i)securitygroup|vpcconfig|vpcoptions|networkconfiguration|networkinterface"
)


@stack_rule(
    SECURITY_GROUP,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A group that nothing uses is taken for a guard, and is attached one day by mistake.",
    references=("Config ec2-security-group-attached-to-eni", "Checkov CKV2_AWS_5"),
)
def security_group_attached(stack: Stack) -> Iterator[Finding]:
    """Security groups must be attached to something."""
    users = [one for one in stack.resources if one.type not in _NO_USERS]
    if any(_may_name_any(stack, one) for one in users):
        return
    joined = {one.urn: _origins(stack, one) for one in users}
    words = {one.urn: list(texts(one.props)) for one in users}
    for group in stack.of(SECURITY_GROUP):
        lineage = stack.lineage(group)
        names = [one for key in ("id", "arn") if isinstance(one := group.get(key), str) and one]
        others = [one.urn for one in users if one.urn not in lineage]
        if any(joined[urn] & lineage for urn in others) or any(
            name in text for urn in others for text in words[urn] for name in names
        ):
            continue
        text = (
            f"The security group '{group.name}' must be attached to something: name it in"
            " security_groups or vpc_security_group_ids of what it guards, or remove it."
        )
        yield Finding(text, group.urn)


def _origins(stack: Stack, user: Resource) -> set[str]:
    found = stack.property_dependencies.get(user.urn, {})
    return {urn for urns in found.values() for urn in urns}


def _may_name_any(stack: Stack, user: Resource) -> bool:
    """Say whether not even a dependency tells which groups *user* names."""
    if not user.type.startswith(_ATTACHING):
        return False
    joined = stack.property_dependencies.get(user.urn, {})
    found = [key for key, value in user.props.items() if _is_open(key, value)]
    unexplained = [key for key in found if not joined.get(key)]
    user.unknown.update(unexplained)
    return bool(unexplained)


def _is_open(key: str, value: Any) -> bool:
    if value is UNKNOWN:
        return bool(_HOLDS_GROUPS.search(key))
    if is_object(value):
        return any(_is_open(inner, one) for inner, one in value.items())
    return is_array(value) and any(_is_open(key, one) for one in value)
