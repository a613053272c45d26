"""Rules on security groups and their rules."""

from __future__ import annotations

import re
from typing import Any

from policy.engine import resource_types as aws
from policy.engine.network import is_any_address, port_range, protocol_name
from policy.engine.remediation import changed_inputs
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_array, is_missing, is_object, strings

_STACK = "pulumi:pulumi:Stack"
_NO_USERS = (
    aws.SECURITY_GROUP,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    _STACK,
)
"""Types that refer to security groups only in rules and exports."""
_ATTACHING = ("aws:", "aws-native:")
_HOLDS_GROUPS = re.compile(
    r"(?i)securitygroup|vpcconfig|vpcoptions|networkconfiguration|networkinterface"
)
SECURITY_GROUP_EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
TARGETS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
STANDALONE = (aws.SECURITY_GROUP_RULE, aws.SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_EGRESS_RULE)
NOT_DESCRIBED = ("Managed by Pulumi", "Managed by Terraform")
SOURCES = (
    *TARGETS,
    "securityGroups",
    "sourceSecurityGroupId",
    "referencedSecurityGroupId",
    "prefixListIds",
    "prefixListId",
)


@stack_rule(aws.SECURITY_GROUP)
@classify("architecture", "cost", "low", "advisory")
def security_group_attached(stack: Stack) -> Findings:
    """Security groups must be attached to a resource.

    An unused security group suggests protection that does not exist, and can be attached by mistake
    with outdated rules.

    References: Config ec2-security-group-attached-to-eni, Checkov CKV2_AWS_5
    """
    users = [one for one in stack.resources if one.type not in _NO_USERS]
    if any(_may_name_any(stack, one) for one in users):
        return
    joined = {one.urn: _origins(stack, one) for one in users}
    words = {one.urn: list(strings(one.props)) for one in users}
    for group in stack.of_type(aws.SECURITY_GROUP):
        lineage = stack.lineage(group)
        names = [one for key in ("id", "arn") if isinstance(one := group.get(key), str) and one]
        others = [one.urn for one in users if one.urn not in lineage]
        if any(joined[urn] & lineage for urn in others) or any(
            name in text for urn in others for text in words[urn] for name in names
        ):
            continue
        yield group.finding(
            f"The security group '{group.name}' must be attached to a resource: list it in"
            " security_groups or vpc_security_group_ids of one, or remove it."
        )


def _origins(stack: Stack, user: Resource) -> set[str]:
    found = stack.property_dependencies.get(user.urn, {})
    return {urn for urns in found.values() for urn in urns}


def _may_name_any(stack: Stack, user: Resource) -> bool:
    """Return whether neither values nor dependencies show which groups *user* refers to."""
    if not user.type.startswith(_ATTACHING):
        return False
    joined = stack.property_dependencies.get(user.urn, {})
    found = [key for key, value in user.props.items() if _may_name_groups(key, value)]
    unexplained = [key for key in found if not joined.get(key)]
    user.unknown.update(unexplained)
    return bool(unexplained)


def _may_name_groups(key: str, value: Any) -> bool:
    if value is UNKNOWN:
        return bool(_HOLDS_GROUPS.search(key))
    if is_object(value):
        return any(_may_name_groups(inner, one) for inner, one in value.items())
    return is_array(value) and any(_may_name_groups(key, one) for one in value)


@rule(
    aws.DEFAULT_SECURITY_GROUP,
    remediate=lambda found: changed_inputs(found, {"ingress": [], "egress": []}),
)
@classify("security", "network", "high", "mandatory")
def security_group_default_empty(group: Resource) -> Messages:
    """Default security groups must not have rules.

    Resources without an explicit security group use the default one, whose members can reach each
    other.

    References: FSBP EC2.2, CIS 3.0 5.4, CIS 7.0 6.5, Config vpc-default-security-group-closed
    Remediation: Remove all rules of the default group.
    """
    held = [path for path in ("ingress", "egress") if group.entries(path)]
    if held:
        yield (
            f"The default security group '{group.name}' must not have rules: remove"
            f" {' and '.join(held)}."
        )


@stack_rule(aws.DEFAULT_SECURITY_GROUP, aws.VPC, *STANDALONE)
@classify("security", "network", "high", "mandatory")
def security_group_default_not_refilled(stack: Stack) -> Findings:
    """Standalone rules must not be added to a default security group.

    A standalone rule writes into the group that the program empties: every resource without a
    security group of its own is reachable by it.

    References: FSBP EC2.2, CIS 3.0 5.4, CIS 7.0 6.5, Config vpc-default-security-group-closed
    """
    for one in stack.of_type(*STANDALONE):
        named = one.get("securityGroupId")
        if stack.references(one, "securityGroupId", aws.DEFAULT_SECURITY_GROUP, aws.VPC) or any(
            isinstance(named, str) and vpc.get("defaultSecurityGroupId") == named
            for vpc in stack.of_type(aws.VPC)
        ):
            yield one.finding(
                f"The security group rule '{one.name}' must not be added to a default security"
                " group: set security_group_id to a group of the resources that need the rule."
            )


@stack_rule(aws.VPC, aws.DEFAULT_SECURITY_GROUP)
@classify("security", "network", "high", "mandatory")
def security_group_default_adopted(stack: Stack) -> Findings:
    """VPCs must manage their default security group, so that it has no rules.

    AWS creates the default security group with rules; the program must manage it to remove them.

    References: FSBP EC2.2, CIS 3.0 5.4, CIS 7.0 6.5, Config vpc-default-security-group-closed,
    Checkov CKV2_AWS_12
    """
    for vpc in stack.of_type(aws.VPC):
        if stack.has_no_referrer(vpc, "vpcId", aws.DEFAULT_SECURITY_GROUP):
            yield vpc.finding(
                f"The VPC '{vpc.name}' must manage its default security group: add an"
                " aws.ec2.DefaultSecurityGroup with its vpc_id and no rules."
            )


@rule(aws.SECURITY_GROUP, aws.SECURITY_GROUP_RULE, SECURITY_GROUP_EGRESS_RULE)
@classify("security", "network", "low", "advisory")
def security_group_egress_not_open(group: Resource) -> Messages:
    """Security groups must not allow all egress to every address.

    Unrestricted egress lets a compromised workload send data to any address.

    References: Checkov CKV_AWS_382
    """
    for entry in _egress_entries(group):
        targets = [target for key in TARGETS for target in as_list(entry.get(key))]
        protocol = protocol_name(entry.get("protocol", entry.get("ipProtocol")))
        if protocol in ("-1", "all") and any(is_any_address(target) for target in targets):
            yield (
                f"The security group rule '{group.name}' must not allow all egress: set the"
                " protocol and ports that are needed, or restrict the CIDR."
            )


@rule(
    aws.SECURITY_GROUP,
    aws.SECURITY_GROUP_RULE,
    aws.SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_EGRESS_RULE,
)
@classify("security", "network", "low", "advisory")
def security_group_described(group: Resource) -> Messages:
    """Security groups and their rules must have a description.

    Descriptions show later why a rule exists and whether it is still needed.

    References: Checkov CKV_AWS_23, cdk-nag AwsSolutions-EC27
    """
    if group.get("description") in (None, "", *NOT_DESCRIBED):
        yield f"The security group '{group.name}' must have a description: set description."
    for path in ("ingress", "egress") if group.type == aws.SECURITY_GROUP else ():
        if any(is_missing(entry.get("description")) for entry in group.entries(path)):
            yield (
                f"Each rule of the security group '{group.name}' must have a description: set"
                f" description in {path}."
            )


@stack_rule(
    aws.SECURITY_GROUP,
    aws.SECURITY_GROUP_RULE,
    aws.SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_EGRESS_RULE,
)
@classify("security", "network", "medium", "advisory")
def security_group_rules_one_style(stack: Stack) -> Findings:
    """Security groups must not mix inline and standalone rules.

    Inline and standalone rules remove each other on every update.

    References: AWSGuard securityGroupNoRuleManagementConflicts
    """
    for group in stack.of_type(aws.SECURITY_GROUP):
        standalone = stack.referrers("securityGroupId", group, *STANDALONE)
        inline = [path for path in ("ingress", "egress") if _is_inline(group, path, standalone)]
        if standalone and inline:
            yield group.finding(
                f"The security group '{group.name}' must have either inline or standalone rules:"
                f" move {' and '.join(inline)} into aws.vpc.SecurityGroupIngressRule and"
                f" SecurityGroupEgressRule, like '{standalone[0].name}'."
            )


def _egress_entries(group: Resource) -> list[dict[str, Any]]:
    if group.type == aws.SECURITY_GROUP:
        return group.entries("egress")
    if group.type == aws.SECURITY_GROUP_RULE and group.get("type") != "egress":
        return []
    return [group.props]


def _is_inline(group: Resource, path: str, standalone: list[Resource]) -> bool:
    """Return whether *group* has inline entries at *path*.

    After a refresh, AWS reports standalone rules as entries of the group too. An entry whose
    sources and ports all match standalone rules is not inline.
    """
    theirs = {rule for one in standalone for rule in _rules(one.props)}
    return any(not _rules(entry) or _rules(entry) - theirs for entry in group.entries(path))


def _rules(entry: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Return each source or target of *entry* with its protocol and ports."""
    protocol = protocol_name(entry.get("protocol", entry.get("ipProtocol")))
    ports = () if protocol == "-1" else port_range(entry.get("fromPort"), entry.get("toPort"))
    sources = [one for key in SOURCES for one in as_list(entry.get(key)) if isinstance(one, str)]
    return {(protocol, *ports, source) for source in sources}
