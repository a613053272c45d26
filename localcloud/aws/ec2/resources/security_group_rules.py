"""VPC: security group rules as separate resources."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.security_groups import EVERYTHING, protocol
from localcloud.aws.ec2.resources.vpcs import TAGS
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SOURCES = {
    "cidrIpv4": ("CidrIpv4", "IpRanges", "CidrIp"),
    "cidrIpv6": ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListId", "PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("ReferencedGroupId", "UserIdGroupPairs", "GroupId"),
}
"""Sources of a rule: input -> member of a rule, and list and key of a permission."""


def ports(inputs: Properties) -> dict[str, Any]:
    """Return protocol and ports of a rule with AWS's names."""
    kind = protocol(inputs["ipProtocol"])
    given = {"FromPort": inputs.get("fromPort"), "ToPort": inputs.get("toPort")}
    set_ones = {member: int(port) for member, port in given.items() if port is not None}
    return {"IpProtocol": kind, **({} if kind == EVERYTHING else set_ones)}


def create_rule(context: Context, *, ending: str) -> str:
    """Add a rule to its group."""
    text = context.inputs.get("description")
    note = {"Description": text} if text else {}
    permission = ports(context.inputs)
    for name, (_, member, key) in SOURCES.items():
        if name in context.inputs:
            permission[member] = [{key: context.inputs[name], **note}]
    answer = context.call(
        f"AuthorizeSecurityGroup{ending}",
        GroupId=context.inputs["securityGroupId"],
        IpPermissions=[permission],
    )
    return answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]


def change_rule(context: Context) -> None:
    """Change a rule."""
    rule = ports(context.inputs)
    if rule["IpProtocol"] == EVERYTHING:
        rule |= {"FromPort": -1, "ToPort": -1}
    rule["Description"] = context.inputs.get("description", "")
    rule |= {m: context.inputs[n] for n, (m, _, _) in SOURCES.items() if n in context.inputs}
    context.call(
        "ModifySecurityGroupRules",
        GroupId=context.inputs["securityGroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": context.id, "SecurityGroupRule": rule}],
    )


def read_rule(context: Context) -> Properties | None:
    """Return the rule; ports are unset if it allows all traffic."""
    found = context.call("DescribeSecurityGroupRules", SecurityGroupRuleIds=[context.id])
    if not found["SecurityGroupRules"]:
        return None
    rule = dict(found["SecurityGroupRules"][0])
    if rule.get("IpProtocol") == EVERYTHING:
        rule.pop("FromPort", None)
        rule.pop("ToPort", None)
    other = rule.pop("ReferencedGroupInfo", {}).get("GroupId")
    return {**rule, "referencedSecurityGroupId": other, "securityGroupId": rule["GroupId"]}


def remove_rule(context: Context, *, ending: str) -> None:
    """Remove the rule from its group."""
    context.call(
        f"RevokeSecurityGroup{ending}",
        GroupId=context.get("securityGroupId"),
        SecurityGroupRuleIds=[context.id],
    )


def check_rule(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of a rule."""
    given = [name for name in SOURCES if inputs.get(name)]
    for name in given[1:]:
        yield CheckFailure(
            name, f"conflicts with {given[0]}: a rule has one of them; write two rules"
        )
    first, last = inputs.get("fromPort"), inputs.get("toPort")
    if protocol(inputs.get("ipProtocol", "")) == EVERYTHING:
        for name in ("fromPort", "toPort"):
            if inputs.get(name) not in (None, -1):
                yield CheckFailure(name, 'does not apply to ipProtocol "-1": remove it')
    elif isinstance(first, int) and isinstance(last, int) and first > last and last != -1:
        yield CheckFailure("fromPort", f"is {first}, above toPort {last}: swap them")


def other_source(olds: Properties, news: Properties) -> Iterator[str]:
    """Yield the sources if a rule gets one of another kind, which EC2 cannot change."""
    before, after = ({name for name in SOURCES if bag.get(name)} for bag in (olds, news))
    if before and after and before != after:
        yield from before | after


def rule_row(kind: str, ending: str) -> Row:
    """Return the row of the rules in one direction."""
    name = f"securityGroup{ending}Rule"
    return Row(
        type=f"aws:vpc/{name}:{name[0].upper()}{name[1:]}",
        service="ec2",
        inputs={
            **each(UPDATE, "cidrIpv6 prefixListId referencedSecurityGroupId tags"),
            "ipProtocol": Input(UPDATE, canonical=lambda value, _: protocol(value)),
            **each(REPLACE, "region securityGroupId"),
            "cidrIpv4": Input(UPDATE, limit=Limit(pattern=r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}")),
            "description": Input(UPDATE, limit=Limit(max_length=255)),
            "fromPort": Input(UPDATE, limit=Limit(-1, 65_535)),
            "toPort": Input(UPDATE, limit=Limit(-1, 65_535)),
        },
        create=partial(create_rule, ending=ending),
        read=read_rule,
        update=change_rule,
        replaces=other_source,
        delete=partial(remove_rule, ending=ending),
        tags=TAGS,
        outputs={"securityGroupRuleId": "SecurityGroupRuleId"},
        arn="arn:{partition}:ec2:{region}:{account}:security-group-rule/{id}",
        check=check_rule,
        check_operations=(kind,),
    )


ROWS = (
    rule_row("AuthorizeSecurityGroupIngress", "Ingress"),
    rule_row("AuthorizeSecurityGroupEgress", "Egress"),
)
