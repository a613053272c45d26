"""Rules on how security groups are kept: the default one, descriptions, egress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.network import is_anywhere, port_range, protocol_name
from policy.engine.remedy import inputs
from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.values import as_list, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SECURITY_GROUP_EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SECURITY_GROUP_INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
VPC = "aws:ec2/vpc:Vpc"
TARGETS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
STANDALONE = (SECURITY_GROUP_RULE, SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_EGRESS_RULE)
NOT_DESCRIBED = ("Managed by Pulumi", "Managed by Terraform")
SOURCES = (
    *TARGETS,
    "securityGroups",
    "sourceSecurityGroupId",
    "referencedSecurityGroupId",
    "prefixListIds",
    "prefixListId",
)


@rule(
    DEFAULT_SECURITY_GROUP,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Whatever names no group lands in the default one, and everything in it trusts each other."
    ),
    references=(
        "FSBP EC2.2",
        "CIS 3.0 5.4",
        "CIS 7.0 6.5",
        "Config vpc-default-security-group-closed",
    ),
    remediation="Remove all rules of the default group.",
    remediate=lambda found: inputs(found, {"ingress": [], "egress": []}),
)
def security_group_default_empty(group: Resource) -> Iterator[str]:
    """Default security groups must hold no rules."""
    held = [path for path in ("ingress", "egress") if group.entries(path)]
    if held:
        yield (
            f"The default security group '{group.name}' must be empty: remove {' and '.join(held)}."
        )


@stack_rule(
    VPC,
    DEFAULT_SECURITY_GROUP,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="AWS fills the default group with rules; only who adopts it can empty it.",
    references=(
        "FSBP EC2.2",
        "CIS 3.0 5.4",
        "CIS 7.0 6.5",
        "Config vpc-default-security-group-closed",
        "Checkov CKV2_AWS_12",
    ),
)
def security_group_default_adopted(stack: Stack) -> Iterator[Finding]:
    """Networks must adopt their default security group, so that it is emptied."""
    for vpc in stack.of(VPC):
        if stack.lacks(vpc, "vpcId", DEFAULT_SECURITY_GROUP):
            yield Finding(
                f"The VPC '{vpc.name}' must adopt its default security group: add an"
                " aws.ec2.DefaultSecurityGroup with its vpc_id and no rules.",
                vpc.urn,
            )


@rule(
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUP_EGRESS_RULE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Whatever breaks in can call home through a door that is open to everything.",
    references=("Checkov CKV_AWS_382",),
)
def security_group_egress_not_open(group: Resource) -> Iterator[str]:
    """Security groups must not let everything out to everywhere."""
    for entry in _egress_entries(group):
        targets = [target for key in TARGETS for target in as_list(entry.get(key))]
        protocol = protocol_name(entry.get("protocol", entry.get("ipProtocol")))
        if protocol in ("-1", "all") and any(is_anywhere(target) for target in targets):
            yield (
                f"The security group rule '{group.name}' must not let everything out: set the"
                " protocol and ports that are needed, or narrow the CIDR."
            )


@rule(
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_EGRESS_RULE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A year later, only the description tells which rules are still needed.",
    references=(
        "Checkov CKV_AWS_23",
        "cdk-nag AwsSolutions-EC27",
    ),
)
def security_group_described(group: Resource) -> Iterator[str]:
    """Security groups and their rules must say what they are for."""
    if group.get("description") in (None, "", *NOT_DESCRIBED):
        yield f"The security group '{group.name}' must say what it is for: set description."
    for path in ("ingress", "egress") if group.type == SECURITY_GROUP else ():
        if any(is_missing(entry.get("description")) for entry in group.entries(path)):
            yield (
                f"Each rule of the security group '{group.name}' must say what it is for: set"
                f" description in {path}."
            )


@stack_rule(
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_EGRESS_RULE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Inline and standalone rules remove each other, update by update.",
    references=("AWSGuard securityGroupNoRuleManagementConflicts",),
)
def security_group_rules_one_style(stack: Stack) -> Iterator[Finding]:
    """Security groups must not mix inline and standalone rules."""
    for group in stack.of(SECURITY_GROUP):
        standalone = stack.joining("securityGroupId", group, *STANDALONE)
        inline = [path for path in ("ingress", "egress") if _is_inline(group, path, standalone)]
        if standalone and inline:
            yield Finding(
                f"The security group '{group.name}' must have rules of one sort: move"
                f" {' and '.join(inline)} into aws.vpc.SecurityGroupIngressRule and"
                f" SecurityGroupEgressRule, as '{standalone[0].name}' is.",
                group.urn,
            )


def _egress_entries(group: Resource) -> list[dict[str, Any]]:
    if group.type == SECURITY_GROUP:
        return group.entries("egress")
    if group.type == SECURITY_GROUP_RULE and group.get("type") != "egress":
        return []
    return [group.props]


def _is_inline(group: Resource, path: str, standalone: list[Resource]) -> bool:
    """Say whether *group* holds entries at *path* itself.

    After a refresh AWS reports the standalone rules as entries of the group too: an entry whose
    sources and ports are all theirs is not the group's own.
    """
    theirs = {rule for one in standalone for rule in _rules(one.props)}
    return any(not _rules(entry) or _rules(entry) - theirs for entry in group.entries(path))


def _rules(entry: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Return each source or target of *entry* with its protocol and ports."""
    protocol = protocol_name(entry.get("protocol", entry.get("ipProtocol")))
    ports = () if protocol == "-1" else port_range(entry.get("fromPort"), entry.get("toPort"))
    sources = [one for key in SOURCES for one in as_list(entry.get(key)) if isinstance(one, str)]
    return {(protocol, *ports, source) for source in sources}
