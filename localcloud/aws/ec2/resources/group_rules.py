"""EC2: rules of security groups in the older form, with several sources in one."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.security_groups import (
    DIRECTIONS,
    EVERYTHING,
    Rule,
    existing_rules,
    permission,
    protocol,
    wanted_rules,
)
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SOURCES = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId", "self")
READ = ("type", "protocol", "fromPort", "toPort", "securityGroupId", "description", *SOURCES)


def rules(values: Properties) -> set[Rule]:
    """Return the rule of the program, one for each source."""
    source = values.get("sourceSecurityGroupId")
    block = {**values, "securityGroups": [source] if source else []}
    return wanted_rules([block], values["securityGroupId"])


def without_text(found: set[Rule]) -> set[tuple[Any, ...]]:
    """Return *found* without descriptions."""
    return {rule[:-1] for rule in found}


def rule_id(values: Properties) -> str:
    """Return the ID of a rule: a checksum of what it allows."""
    text = f"{values['type']} {sorted(map(str, without_text(rules(values))))}"
    return f"sgrule-{zlib.crc32(text.encode())}"


def call(context: Context, verb: str, values: Properties) -> None:
    """Authorize or revoke the rule."""
    operation = f"{verb}SecurityGroup{DIRECTIONS[values['type']][1]}"
    permissions = [permission(rule) for rule in sorted(rules(values))]
    context.call(operation, GroupId=values["securityGroupId"], IpPermissions=permissions)


def known(context: Context) -> dict[str, Any]:
    """Return the rule as the program, the state or the ID of an import gives it."""
    return {key: context.get(key) for key in READ if context.get(key) is not None}


def create(context: Context) -> str:
    """Add the rule to its group."""
    call(context, "Authorize", context.inputs)
    return rule_id(context.inputs)


def change(context: Context) -> None:
    """Change the description."""
    call(context, "Revoke", {**context.inputs, "description": context.olds.get("description")})
    call(context, "Authorize", context.inputs)


def read(context: Context) -> Properties | None:
    """Return the rule, None if the group does not have all of it."""
    values = known(context)
    group = context.call("DescribeSecurityGroups", GroupIds=[values["securityGroupId"]])
    have = existing_rules(group["SecurityGroups"][0], values["type"])
    wanted = without_text(rules(values))
    if not wanted <= without_text(have):
        return None
    text = next(rule[-1] for rule in have if rule[:-1] in wanted)
    return {**values, "description": text}


def from_id(id_: str) -> Properties:
    """Split the ID of an import: `sg-1_ingress_tcp_80_80_10.0.0.0/8`."""
    group, kind, name, first, last, *sources = id_.split("_")
    place: dict[str, Any] = {
        "securityGroupId": group,
        "type": kind,
        "protocol": {"all": EVERYTHING}.get(name, name),
        "fromPort": int(first),
        "toPort": int(last),
    }
    for source in sources:
        if source == "self":
            place["self"] = True
        elif source.startswith("sg-"):
            place["sourceSecurityGroupId"] = source
        elif source.startswith("pl-"):
            place.setdefault("prefixListIds", []).append(source)
        else:
            key = "ipv6CidrBlocks" if ":" in source else "cidrBlocks"
            place.setdefault(key, []).append(source)
    return {**place, "id": rule_id(place)}


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of a rule."""
    if inputs.get("sourceSecurityGroupId"):
        for key in ("cidrBlocks", "ipv6CidrBlocks", "self"):
            if inputs.get(key):
                yield CheckFailure(key, "conflicts with sourceSecurityGroupId: write two rules")
    first, last = inputs.get("fromPort"), inputs.get("toPort")
    if protocol(inputs.get("protocol", "")) == EVERYTHING:
        return
    if isinstance(first, int) and isinstance(last, int) and first > last != -1:
        yield CheckFailure("fromPort", f"is {first}, above toPort {last}: swap them")


ROWS = (
    Row(
        type="aws:ec2/securityGroupRule:SecurityGroupRule",
        service="ec2",
        inputs={
            **each(REPLACE, "region securityGroupId sourceSecurityGroupId"),
            "cidrBlocks": Input(REPLACE, unordered=True),
            "ipv6CidrBlocks": Input(REPLACE, unordered=True),
            "prefixListIds": Input(REPLACE, unordered=True),
            "description": Input(UPDATE, limit=Limit(max_length=255)),
            "fromPort": Input(REPLACE, limit=Limit(-1, 65_535)),
            "toPort": Input(REPLACE, limit=Limit(-1, 65_535)),
            "protocol": Input(REPLACE, canonical=lambda value, _: protocol(value)),
            "self": Input(REPLACE, default=False),
            "type": Input(REPLACE, limit=Limit(one_of=tuple(DIRECTIONS))),
        },
        create=create,
        read=read,
        update=change,
        delete=lambda context: call(context, "Revoke", known(context)),
        from_id=from_id,
        not_found_codes="InvalidPermission.NotFound",
        check=check,
    ),
)
