"""EC2: network access control lists (ACLs) and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.security_groups import EVERYTHING, protocol
from localcloud.aws.ec2.resources.vpcs import TAGS, by_id
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

DIRECTIONS = {"ingress": False, "egress": True}
NUMBERS = {"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
"""Protocols by the numbers that the API takes."""
LAST_RULE = 32_766
Entry = tuple[int, bool, str, str, str, str, int, int, int, int]
"""Number, egress, protocol, action, blocks (IPv4, IPv6), ports, ICMP type and code."""


def number(value: Any) -> str:
    """Return the number of a protocol."""
    name = protocol(value)
    return name if name == EVERYTHING else NUMBERS.get(name, name)


def wanted_entry(rule: Properties, *, egress: bool) -> Entry:
    """Return a rule of the program."""
    kind = number(rule["protocol"])
    ports = (0, 0) if kind == EVERYTHING else (rule.get("fromPort") or 0, rule.get("toPort") or 0)
    icmp = (rule.get("icmpType") or 0, rule.get("icmpCode") or 0) if kind in ("1", "58") else (0, 0)
    return (
        int(rule.get("ruleNo") or rule.get("ruleNumber") or 0),
        egress,
        kind,
        str(rule.get("action") or rule.get("ruleAction")).lower(),
        rule.get("cidrBlock") or "",
        rule.get("ipv6CidrBlock") or "",
        int(ports[0]),
        int(ports[1]),
        int(icmp[0]),
        int(icmp[1]),
    )


def canonical(blocks: Any, _inputs: Properties) -> Any:
    """Return rules in a form that is equal for equal meanings."""
    return sorted(list(wanted_entry(block, egress=False)) for block in blocks or ())


def found_entry(entry: Properties) -> Entry:
    """Return a rule of EC2's answer."""
    ports, icmp = entry.get("PortRange") or {}, entry.get("IcmpTypeCode") or {}
    return (
        entry["RuleNumber"],
        entry["Egress"],
        number(entry["Protocol"]),
        entry["RuleAction"],
        entry.get("CidrBlock") or "",
        entry.get("Ipv6CidrBlock") or "",
        ports.get("From") or 0,
        ports.get("To") or 0,
        icmp.get("Type") or 0,
        icmp.get("Code") or 0,
    )


def members(entry: Entry) -> dict[str, Any]:
    """Return a rule as members of CreateNetworkAclEntry."""
    rule, egress, kind, action, block, block6, first, last, icmp_type, icmp_code = entry
    found: dict[str, Any] = {
        "RuleNumber": rule,
        "Egress": egress,
        "Protocol": kind,
        "RuleAction": action,
    }
    found |= {"CidrBlock": block} if block else {}
    found |= {"Ipv6CidrBlock": block6} if block6 else {}
    if kind in ("6", "17"):
        found["PortRange"] = {"From": first, "To": last}
    if kind in ("1", "58"):
        found["IcmpTypeCode"] = {"Type": icmp_type, "Code": icmp_code}
    return found


def as_blocks(entries: list[Entry]) -> list[dict[str, Any]]:
    """Return rules under the SDK's names."""
    return [
        {
            "ruleNo": rule, "protocol": kind, "action": action, "fromPort": first, "toPort": last,
            "cidrBlock": block, "ipv6CidrBlock": block6, "icmpType": icmp_type,
            "icmpCode": icmp_code,
        }
        for rule, _, kind, action, block, block6, first, last, icmp_type, icmp_code in entries
    ]  # fmt: skip


def describe(context: Context, id_: str) -> dict[str, Any] | None:
    """Return the list as EC2 describes it."""
    found = context.call("DescribeNetworkAcls", NetworkAclIds=[id_])["NetworkAcls"]
    return found[0] if found else None


def own_entries(found: Properties, *, egress: bool) -> list[Entry]:
    """Return the rules in one direction, without the last one, which denies the rest."""
    entries = [found_entry(entry) for entry in found.get("Entries", ())]
    return sorted(one for one in entries if one[1] is egress and one[0] <= LAST_RULE)


def set_rules(context: Context, directions: set[str]) -> None:
    """Change the rules in *directions* to those of the program."""
    found = describe(context, context.id) or {}
    for direction in sorted(directions):
        egress = DIRECTIONS[direction]
        have = set(own_entries(found, egress=egress))
        want = {wanted_entry(one, egress=egress) for one in context.inputs.get(direction) or ()}
        for entry in have - want:
            place = {"RuleNumber": entry[0], "Egress": egress}
            context.delete_if_exists("DeleteNetworkAclEntry", NetworkAclId=context.id, **place)
        for entry in sorted(want - have):
            context.call("CreateNetworkAclEntry", NetworkAclId=context.id, **members(entry))


def associate(context: Context, subnets: list[str], target: str) -> None:
    """Move *subnets* to the list *target*."""
    for subnet in subnets:
        look = by_id({"association.subnet-id": subnet})
        for one in context.call("DescribeNetworkAcls", Filters=look)["NetworkAcls"]:
            for association in one["Associations"]:
                if association["SubnetId"] == subnet and one["NetworkAclId"] != target:
                    context.call(
                        "ReplaceNetworkAclAssociation",
                        AssociationId=association["NetworkAclAssociationId"],
                        NetworkAclId=target,
                    )


def set_subnets(context: Context, wanted: list[str]) -> None:
    """Associate exactly the subnets *wanted*; others go to the default list of the VPC."""
    found = describe(context, context.id) or {}
    have = [one["SubnetId"] for one in found.get("Associations", ())]
    look = by_id({"vpc-id": found["VpcId"], "default": "true"})
    default = context.call("DescribeNetworkAcls", Filters=look)["NetworkAcls"][0]["NetworkAclId"]
    associate(context, [one for one in have if one not in wanted], default)
    associate(context, wanted, context.id)


def create(context: Context) -> str:
    """Create a list with the program's rules and subnets."""
    made = context.call_with_inputs(Op(name="CreateNetworkAcl", only="vpcId tags"))
    context.id = made["NetworkAcl"]["NetworkAclId"]
    set_rules(context, DIRECTIONS.keys() & context.inputs.keys())
    if subnets := context.inputs.get("subnetIds"):
        associate(context, subnets, context.id)
    return context.id


def adopt(context: Context) -> str:
    """Adopt the default list of a VPC, with exactly the program's rules."""
    context.id = context.inputs["defaultNetworkAclId"]
    set_rules(context, set(DIRECTIONS))
    associate(context, context.inputs.get("subnetIds") or [], context.id)
    return context.id


def change(context: Context) -> None:
    """Change rules and subnets."""
    set_rules(context, DIRECTIONS.keys() & context.changed)
    if "subnetIds" in context.changed:
        set_subnets(context, context.inputs.get("subnetIds") or [])


def read(context: Context) -> Properties | None:
    """Return the list, its rules in the program's form if they are equal."""
    found = describe(context, context.id)
    if found is None:
        return None
    rules: dict[str, Any] = {}
    for direction, egress in DIRECTIONS.items():
        have = own_entries(found, egress=egress)
        written = context.get(direction)
        same = written is not None and have == sorted(
            wanted_entry(one, egress=egress) for one in written
        )
        rules[direction] = written if same else as_blocks(have)
    subnets = [one["SubnetId"] for one in found.get("Associations", ())]
    return {**found, **rules, "subnetIds": subnets}


def remove(context: Context) -> None:
    """Give the subnets back to the default list, and delete this one."""
    set_subnets(context, [])
    context.call("DeleteNetworkAcl", NetworkAclId=context.id)


def keep(context: Context) -> None:
    """Do nothing: the default list is deleted with its VPC."""


def check_rules(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield rules whose numbers EC2 does not take."""
    for direction in DIRECTIONS:
        for index, rule in enumerate(inputs.get(direction) or ()):
            value = rule.get("ruleNo") if isinstance(rule, dict) else None
            if isinstance(value, int) and not 1 <= value <= LAST_RULE:
                yield CheckFailure(
                    f"{direction}[{index}].ruleNo", f"is {value}: write 1 to {LAST_RULE}"
                )


INPUTS = {
    "tags": Input(UPDATE),
    "subnetIds": Input(UPDATE, unordered=True),
    "egress": Input(UPDATE, canonical=canonical),
    "ingress": Input(UPDATE, canonical=canonical),
}

ACL = Row(
    type="aws:ec2/networkAcl:NetworkAcl",
    service="ec2",
    inputs={**each(REPLACE, "region vpcId"), **INPUTS},
    create=create,
    read=read,
    update=change,
    delete=remove,
    tags=TAGS,
    outputs={"egress": "egress", "ingress": "ingress"},
    arn="arn:{partition}:ec2:{region}:{account}:network-acl/{id}",
    check=check_rules,
)

DEFAULT_ACL = Row(
    type="aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    service="ec2",
    inputs={**each(REPLACE, "defaultNetworkAclId region"), **INPUTS},
    create=adopt,
    read=read,
    update=change,
    delete=keep,
    tags=TAGS,
    outputs={"egress": "egress", "ingress": "ingress", "defaultNetworkAclId": "NetworkAclId"},
    arn="arn:{partition}:ec2:{region}:{account}:network-acl/{id}",
    check=check_rules,
)

ROWS = (ACL, DEFAULT_ACL)
