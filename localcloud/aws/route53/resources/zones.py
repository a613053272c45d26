"""Route 53: zones."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, Tagging, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

COMMENT = "Managed by Pulumi"
OWN = {"NS", "SOA"}
"""Record types that every zone has."""


def vpcs(context: Context) -> list[dict[str, str]]:
    """Return the VPCs of a private zone with AWS's names."""
    return [
        {"VPCId": block["vpcId"], "VPCRegion": block.get("vpcRegion") or context.region}
        for block in context.inputs.get("vpcs") or ()
    ]


def create_zone(context: Context) -> str:
    """Create a zone, private if it has VPCs."""
    networks = vpcs(context)
    members: dict[str, Any] = {
        "HostedZoneConfig": {
            "Comment": context.inputs.get("comment", COMMENT),
            "PrivateZone": bool(networks),
        }
    }
    if networks:
        members["VPC"] = networks[0]
    made = context.call(
        "CreateHostedZone", Name=context.inputs["name"], CallerReference=uuid.uuid4().hex, **members
    )
    context.id = made["HostedZone"]["Id"].rpartition("/")[2]
    for network in networks[1:]:
        context.call("AssociateVPCWithHostedZone", HostedZoneId=context.id, VPC=network)
    return context.id


def change_zone(context: Context) -> None:
    """Change the comment and the VPCs."""
    if "comment" in context.changed:
        comment = context.inputs.get("comment", COMMENT)
        context.call("UpdateHostedZoneComment", Id=context.id, Comment=comment)
    if "vpcs" in context.changed:
        have = context.call("GetHostedZone", Id=context.id).get("VPCs", [])
        want = vpcs(context)
        for network in want:
            if network not in have:
                context.call("AssociateVPCWithHostedZone", HostedZoneId=context.id, VPC=network)
        for network in have:
            if network not in want:
                context.call("DisassociateVPCFromHostedZone", HostedZoneId=context.id, VPC=network)


def records(context: Context) -> list[dict[str, Any]]:
    """Return every record set of the zone."""
    pages = context.client().get_paginator("list_resource_record_sets")
    found = pages.paginate(HostedZoneId=context.id)
    return [record for page in found for record in page["ResourceRecordSets"]]


def read_zone(context: Context) -> Properties:
    """Return the zone, its name servers and its VPCs."""
    found = context.call("GetHostedZone", Id=context.id)
    zone = found["HostedZone"]
    own = {r["Type"]: r for r in records(context) if r["Name"] == zone["Name"]}
    servers = found.get("DelegationSet", {}).get("NameServers") or [
        record["Value"].rstrip(".") for record in own.get("NS", {}).get("ResourceRecords", [])
    ]
    start = own.get("SOA", {}).get("ResourceRecords", [])
    first = start[0]["Value"].split()[0].rstrip(".") if start else ""
    return {
        "zoneId": context.id,
        "arn": f"arn:{context.partition}:route53:::hostedzone/{context.id}",
        "comment": zone.get("Config", {}).get("Comment", ""),
        "name": zone["Name"].rstrip("."),
        "nameServers": sorted(servers),
        "primaryNameServer": first or next(iter(sorted(servers)), ""),
        "vpcs": networks_now(context, found.get("VPCs", [])),
    }


def networks_now(context: Context, have: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the VPCs, in the program's form if they are equal."""
    written = context.get("vpcs")
    if written is not None and {w["vpcId"] for w in written} == {n["VPCId"] for n in have}:
        return written
    return [{"vpcId": n["VPCId"], "vpcRegion": n["VPCRegion"]} for n in have]


def zone_outputs(context: Context, found: Properties) -> Properties:
    """Return the name with or without the trailing dot, as in the program."""
    written = str(context.get("name") or "")
    same = written.rstrip(".").lower() == found["name"].lower()
    return {"name": written if same else found["name"], "vpcs": found["vpcs"]}


def set_tags(context: Context) -> None:
    """Set the zone's tags."""
    place = {"ResourceType": "hostedzone", "ResourceId": context.id}
    found = context.call("ListTagsForResource", **place)["ResourceTagSet"]["Tags"]
    gone = sorted({tag["Key"] for tag in found} - set(context.tags))
    members: dict[str, Any] = {"RemoveTagKeys": gone} if gone else {}
    if context.tags:
        members["AddTags"] = [{"Key": k, "Value": v} for k, v in context.tags.items()]
    if members:
        context.call("ChangeTagsForResource", **place, **members)


def read_zone_with_tags(context: Context) -> Properties:
    """Return the zone and its tags."""
    place = {"ResourceType": "hostedzone", "ResourceId": context.id}
    zone = read_zone(context)
    answer = context.call("ListTagsForResource", **place)
    return {**zone, "Tags": answer["ResourceTagSet"]["Tags"]}


def remove_zone(context: Context) -> None:
    """Delete the zone, with its records if `forceDestroy` is set."""
    if context.get("forceDestroy"):
        changes = [
            {"Action": "DELETE", "ResourceRecordSet": record}
            for record in records(context)
            if record["Type"] not in OWN
        ]
        if changes:
            context.call(
                "ChangeResourceRecordSets",
                HostedZoneId=context.id,
                ChangeBatch={"Changes": changes},
            )
    context.call("DeleteHostedZone", Id=context.id)


def check_zone(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Route 53's constraints across the inputs of a zone."""
    if inputs.get("vpcs") and inputs.get("delegationSetId"):
        yield CheckFailure("delegationSetId", "requires a public zone: remove it or vpcs")


ZONE = Row(
    type="aws:route53/zone:Zone",
    service="route53",
    inputs={
        **each(UPDATE, "tags"),
        **each(UPDATE, "forceDestroy", state_only=True),
        "comment": Input(UPDATE, default=COMMENT, limit=Limit(max_length=256)),
        "vpcs": Input(UPDATE, unordered=True),
        "vpcs.vpcRegion": Input(UPDATE, chosen_by_aws=True),
        "enableAcceleratedRecovery": Input(UPDATE, supported=False),
        "name": Input(REPLACE, limit=Limit(max_length=1024, pattern=r"[A-Za-z0-9_.-]+")),
        "delegationSetId": Input(REPLACE, supported=False),
    },
    create=create_zone,
    read=read_zone_with_tags,
    update=change_zone,
    delete=remove_zone,
    tags=Tagging(put=set_tags),
    computed=zone_outputs,
    check=check_zone,
    check_operations=("CreateHostedZone",),
)

ROWS = (ZONE,)
