"""EC2: rules of network ACLs as separate resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.ec2.resources.access_lists import (
    LAST_RULE,
    as_blocks,
    describe,
    members,
    number,
    own_entries,
    wanted_entry,
)
from localcloud.aws.ec2.resources.security_groups import EVERYTHING
from localcloud.provider.row import REPLACE, Input, Limit, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def rule_id(inputs: Properties) -> str:
    """Return the ID of a rule, which is also that of its import."""
    parts = (inputs["networkAclId"], inputs["ruleNumber"], inputs["protocol"])
    return ":".join(map(str, (*parts, str(bool(inputs.get("egress"))).lower())))


def split(id_: str) -> Properties:
    """Split the ID of a rule."""
    acl, rule, kind, egress = id_.split(":")
    place = {"networkAclId": acl, "ruleNumber": int(rule), "protocol": kind}
    return {**place, "egress": egress == "true"}


def create_rule(context: Context) -> str:
    """Add a rule to a list."""
    entry = wanted_entry(context.inputs, egress=bool(context.inputs.get("egress")))
    acl = context.inputs["networkAclId"]
    context.call("CreateNetworkAclEntry", NetworkAclId=acl, **members(entry))
    return rule_id(context.inputs)


def read_rule(context: Context) -> Properties | None:
    """Return the rule with the SDK's names."""
    place = split(context.id)
    found = describe(context, place["networkAclId"]) or {}
    for entry in own_entries(found, egress=place["egress"]):
        if entry[0] == place["ruleNumber"]:
            [block] = as_blocks([entry])
            shown = {
                "ruleAction": block["action"],
                "cidrBlock": entry[4],
                "ipv6CidrBlock": entry[5],
            }
            ports = {} if entry[2] == EVERYTHING else {"fromPort": entry[6], "toPort": entry[7]}
            icmp = {"icmpType": entry[8], "icmpCode": entry[9]} if entry[2] in ("1", "58") else {}
            return {**place, **shown, **ports, **icmp}
    return None


def remove_rule(context: Context) -> None:
    """Remove the rule from its list."""
    place = split(context.id)
    context.call(
        "DeleteNetworkAclEntry",
        NetworkAclId=place["networkAclId"],
        RuleNumber=place["ruleNumber"],
        Egress=place["egress"],
    )


ACL_RULE = Row(
    type="aws:ec2/networkAclRule:NetworkAclRule",
    service="ec2",
    inputs={
        **each(REPLACE, "cidrBlock fromPort icmpCode icmpType ipv6CidrBlock networkAclId"),
        **each(REPLACE, "region toPort"),
        "egress": Input(REPLACE, default=False),
        "protocol": Input(REPLACE, canonical=lambda value, _: number(value)),
        "ruleAction": Input(REPLACE, limit=Limit(one_of=("allow", "deny"))),
        "ruleNumber": Input(REPLACE, limit=Limit(1, LAST_RULE)),
    },
    create=create_rule,
    read=read_rule,
    delete=remove_rule,
    from_id=split,
)

ROWS = (ACL_RULE,)
