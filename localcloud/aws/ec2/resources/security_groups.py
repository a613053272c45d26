"""EC2: security groups with inline rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.vpcs import TAGS, by_id
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

DIRECTIONS = {
    "ingress": ("IpPermissions", "Ingress"),
    "egress": ("IpPermissionsEgress", "Egress"),
}
"""Input -> member with the rules, and suffix of the operations."""

SOURCES = {
    "cidrBlocks": ("IpRanges", "CidrIp"),
    "ipv6CidrBlocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListIds": ("PrefixListIds", "PrefixListId"),
    "securityGroups": ("UserIdGroupPairs", "GroupId"),
}
"""Field of a rule -> member of its sources, and key of an entry."""

DESCRIPTION = "Managed by Pulumi"
EVERYTHING = "-1"
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": EVERYTHING}
"""Protocol numbers and their names in EC2."""

Rule = tuple[str, int, int, str, str, str]
"""One source of one rule: protocol, ports, member, source, description."""


def protocol(value: Any) -> str:
    """Return EC2's name of a protocol."""
    return PROTOCOLS.get(str(value).lower(), str(value).lower())


def wanted_rules(blocks: list[dict[str, Any]] | None, group: str) -> set[Rule]:
    """Return the program's rules for *group*, one for each source."""
    found: set[Rule] = set()
    for block in blocks or ():
        kind = protocol(block["protocol"])
        ports = (-1, -1) if kind == EVERYTHING else (block["fromPort"], block["toPort"])
        sources = [
            (member, source)
            for name, (member, _) in SOURCES.items()
            for source in block.get(name) or ()
        ]
        if block.get("self"):
            sources.append(("UserIdGroupPairs", group))
        text = block.get("description") or ""
        found |= {(kind, int(ports[0]), int(ports[1]), m, s, text) for m, s in sources}
    return found


def existing_rules(group: Properties, direction: str) -> set[Rule]:
    """Return the group's rules, one for each source."""
    return {
        (
            protocol(permission["IpProtocol"]),
            permission.get("FromPort", -1),
            permission.get("ToPort", -1),
            member,
            source[key],
            source.get("Description", ""),
        )
        for permission in group.get(DIRECTIONS[direction][0], [])
        for member, key in SOURCES.values()
        for source in permission.get(member, [])
    }


def permission(rule: Rule) -> dict[str, Any]:
    """Return a rule as an IpPermission of EC2."""
    kind, first, last, member, source, text = rule
    key = dict(SOURCES.values())[member]
    entry = {key: source, "Description": text} if text else {key: source}
    ports = {} if kind == EVERYTHING else {"FromPort": first, "ToPort": last}
    return {"IpProtocol": kind, **ports, member: [entry]}


def describe_group(context: Context) -> dict[str, Any] | None:
    """Return the group as EC2 describes it."""
    found = context.call("DescribeSecurityGroups", GroupIds=[context.id])["SecurityGroups"]
    return found[0] if found else None


def set_rules(context: Context, directions: set[str]) -> None:
    """Change the group's rules in *directions* to those of the program."""
    group = describe_group(context) or {}
    for direction in sorted(directions):
        have = existing_rules(group, direction)
        want = wanted_rules(context.inputs.get(direction), context.id)
        ending = DIRECTIONS[direction][1]
        for call, operation, rules in (
            (context.delete_if_exists, "Revoke", have - want),
            (context.call, "Authorize", want - have),
        ):
            if rules:
                call(
                    f"{operation}SecurityGroup{ending}",
                    GroupId=context.id,
                    IpPermissions=[permission(rule) for rule in sorted(rules)],
                )


def create_group(context: Context) -> str:
    """Create a group with exactly the program's rules, also if there are none.

    EC2 lets everything out of a new group; the provider takes that rule away, as it does for AWS.
    """
    op = Op(
        name="CreateSecurityGroup",
        only="vpcId",
        fixed={
            "GroupName": context.inputs["name"],
            "Description": context.inputs.get("description", DESCRIPTION),
        },
    )
    context.id = context.call_with_inputs(op)["GroupId"]
    set_rules(context, set(DIRECTIONS))
    return context.id


def adopt_group(context: Context) -> str:
    """Adopt the default group of the VPC, with exactly the program's rules."""
    look: dict[str, Any] = {"group-name": "default"}
    if vpc := context.inputs.get("vpcId"):
        look["vpc-id"] = vpc
    found = context.call("DescribeSecurityGroups", Filters=by_id(look))["SecurityGroups"]
    context.id = found[0]["GroupId"]
    set_rules(context, set(DIRECTIONS))
    return context.id


def change_group(context: Context) -> None:
    """Change the inline rules; rules of other resources stay."""
    set_rules(context, {d for d in DIRECTIONS if d in context.changed and d in context.inputs})


def remove_group(context: Context) -> None:
    """Delete the group, its rules first if `revokeRulesOnDelete` is set."""
    if context.get("revokeRulesOnDelete"):
        context.inputs = {**context.inputs, "ingress": [], "egress": []}
        set_rules(context, set(DIRECTIONS))
    context.call("DeleteSecurityGroup", GroupId=context.id)


def keep_group(context: Context) -> None:
    """Do nothing: the default group is deleted with its VPC."""


def group_rules(context: Context, found: Properties) -> Properties:
    """Return the group's rules, in the program's form if they are equal."""
    rules: dict[str, Any] = {}
    for direction in DIRECTIONS:
        written = context.get(direction)
        same = wanted_rules(written, found["GroupId"]) == existing_rules(found, direction)
        rules[direction] = written if written is not None and same else _blocks(found, direction)
    return rules


def _blocks(group: Properties, direction: str) -> list[dict[str, Any]]:
    blocks: dict[tuple[str, int, int, str], dict[str, Any]] = {}
    for kind, first, last, member, source, text in sorted(existing_rules(group, direction)):
        low, high = (0, 0) if kind == EVERYTHING else (first, last)
        block = blocks.setdefault(
            (kind, low, high, text),
            {"protocol": kind, "fromPort": low, "toPort": high, "description": text},
        )
        if member == "UserIdGroupPairs" and source == group["GroupId"]:
            block["self"] = True
        else:
            name = next(n for n, (m, _) in SOURCES.items() if m == member)
            block.setdefault(name, []).append(source)
    return list(blocks.values())


def check_group(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints on a group's rules."""
    name = str(inputs.get("name", ""))
    if name.startswith("sg-"):
        yield CheckFailure(
            "name",
            f'is "{name}", and names of security groups cannot begin with "sg-":'
            " set name, or rename the resource if its name is derived from it",
        )
    for direction in DIRECTIONS:
        blocks = inputs.get(direction)
        for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, dict):
                yield from _check_rule(block, f"{direction}[{index}]")


def _check_rule(block: Properties, path: str) -> Iterator[CheckFailure]:
    first, last = block.get("fromPort"), block.get("toPort")
    if not isinstance(first, int) or not isinstance(last, int):
        return
    if protocol(block.get("protocol", "")) == EVERYTHING and (first or last):
        yield CheckFailure(f"{path}.fromPort", f'is {first}: protocol "-1" has the ports 0 and 0')
    elif first > last and last != -1:
        yield CheckFailure(f"{path}.fromPort", f"is {first}, above toPort {last}: swap them")


SECURITY_GROUP = Row(
    type="aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    inputs={
        **each(UPDATE, "tags"),
        **each(UPDATE, "revokeRulesOnDelete", state_only=True),
        **each(REPLACE, "namePrefix region vpcId"),
        "egress": Input(UPDATE, unordered=True),
        "ingress": Input(UPDATE, unordered=True),
        "name": Input(REPLACE, limit=Limit(max_length=255)),
        "description": Input(
            REPLACE,
            default=DESCRIPTION,
            limit=Limit(max_length=255, pattern=r"[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*"),
        ),
    },
    name=Naming(max_length=255),
    create=create_group,
    read=describe_group,
    update=change_group,
    delete=remove_group,
    tags=TAGS,
    computed=group_rules,
    arn="arn:{partition}:ec2:{region}:{account}:security-group/{id}",
    outputs={"name": "GroupName"},
    check=check_group,
)

DEFAULT_SECURITY_GROUP = Row(
    type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    inputs={
        **each(UPDATE, "tags"),
        **each(UPDATE, "revokeRulesOnDelete", state_only=True),
        **each(REPLACE, "region vpcId"),
        "egress": Input(UPDATE, unordered=True),
        "ingress": Input(UPDATE, unordered=True),
    },
    create=adopt_group,
    read=describe_group,
    update=change_group,
    delete=keep_group,
    tags=TAGS,
    computed=group_rules,
    arn="arn:{partition}:ec2:{region}:{account}:security-group/{id}",
    outputs={"name": "GroupName"},
    check=check_group,
)

ROWS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)
