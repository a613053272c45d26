"""EC2: peering of two VPCs of one region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.vpcs import TAGS
from localcloud.provider.context import ResourceFailedError
from localcloud.provider.row import REPLACE, UPDATE, Input, Op, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SIDES = {
    "accepter": ("AccepterVpcInfo", "AccepterPeeringConnectionOptions"),
    "requester": ("RequesterVpcInfo", "RequesterPeeringConnectionOptions"),
}
"""Input -> member with the side's options in an answer, and in a request."""

DNS = "AllowDnsResolutionFromRemoteVpc"
GONE = {"deleted", "deleting", "rejected", "failed", "expired"}


def describe(context: Context) -> dict[str, Any] | None:
    """Return the connection as EC2 describes it."""
    found = context.call("DescribeVpcPeeringConnections", VpcPeeringConnectionIds=[context.id])
    return next(
        (one for one in found["VpcPeeringConnections"] if one["Status"]["Code"] not in GONE), None
    )


def request(context: Context) -> str:
    """Request the connection, and accept it if the program says so."""
    region = context.inputs.get("peerRegion", context.region)
    if region != context.region:
        raise ResourceFailedError(
            f"peerRegion is {region}: the local cloud peers VPCs of one region only, here "
            f"{context.region}"
        )
    op = Op(name="CreateVpcPeeringConnection", only="vpcId peerVpcId peerOwnerId peerRegion tags")
    made = context.call_with_inputs(op)["VpcPeeringConnection"]
    context.id = made["VpcPeeringConnectionId"]
    change(context)
    return context.id


def adopt(context: Context) -> str:
    """Accept a connection that another resource, or another account, has requested."""
    context.id = context.inputs["vpcPeeringConnectionId"]
    change(context)
    return context.id


def change(context: Context) -> None:
    """Accept the connection, and set its options."""
    found = describe(context) or {}
    if context.inputs.get("autoAccept") and found["Status"]["Code"] == "pending-acceptance":
        context.call("AcceptVpcPeeringConnection", VpcPeeringConnectionId=context.id)
    options = {
        member: {DNS: bool((context.inputs.get(side) or {}).get("allowRemoteVpcDnsResolution"))}
        for side, (_, member) in SIDES.items()
        if side in (context.changed or context.inputs)
    }
    if options:
        context.call(
            "ModifyVpcPeeringConnectionOptions", VpcPeeringConnectionId=context.id, **options
        )


def read(context: Context) -> Properties | None:
    """Return the connection with the SDK's names."""
    found = describe(context)
    if found is None:
        return None
    ends = {key: found[member] for key, (member, _) in SIDES.items()}
    resolution = {
        side: {"allowRemoteVpcDnsResolution": end.get("PeeringOptions", {}).get(DNS, False)}
        for side, end in ends.items()
    }
    return {
        **{side: options for side, options in resolution.items() if context.get(side) is not None},
        "acceptStatus": found["Status"]["Code"],
        "autoAccept": context.get("autoAccept"),
        "vpcPeeringConnectionId": context.id,
        "vpcId": ends["requester"]["VpcId"],
        "peerVpcId": ends["accepter"]["VpcId"],
        "peerOwnerId": ends["accepter"]["OwnerId"],
        "peerRegion": ends["accepter"].get("Region", context.region),
        "Tags": found.get("Tags", []),
    }


def keep(context: Context) -> None:
    """Do nothing: the side that requested the connection deletes it."""


OPTIONS = {
    **each(UPDATE, "accepter requester"),
    **each(UPDATE, "autoAccept", state_only=True),
    "tags": Input(UPDATE),
}
NAMED = {key: key for key in SIDES}

CONNECTION = Row(
    type="aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    service="ec2",
    inputs={**each(REPLACE, "peerOwnerId peerRegion peerVpcId region vpcId"), **OPTIONS},
    create=request,
    read=read,
    update=change,
    delete=Op(name="DeleteVpcPeeringConnection", keys={"VpcPeeringConnectionId": "id"}),
    tags=TAGS,
    outputs=NAMED,
    recomputed="acceptStatus",
    check_operations=("CreateVpcPeeringConnection",),
)

ACCEPTER = Row(
    type="aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    service="ec2",
    inputs={**each(REPLACE, "region vpcPeeringConnectionId"), **OPTIONS},
    create=adopt,
    read=read,
    update=change,
    delete=keep,
    tags=TAGS,
    outputs=NAMED,
    recomputed="acceptStatus",
)

OPTIONS_ROW = Row(
    type="aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
    service="ec2",
    inputs={
        **each(UPDATE, "accepter requester"),
        **each(REPLACE, "region vpcPeeringConnectionId"),
    },
    create=adopt,
    read=read,
    update=change,
    delete=keep,
    outputs=NAMED,
)

ROWS = (CONNECTION, ACCEPTER, OPTIONS_ROW)
