"""EC2: VPC endpoints and flow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.vpcs import TAGS, by_id
from localcloud.provider import shapes
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

MEMBERSHIPS = {
    "routeTableIds": ("RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"),
    "securityGroupIds": ("Groups[].GroupId", "AddSecurityGroupIds", "RemoveSecurityGroupIds"),
    "subnetIds": ("SubnetIds", "AddSubnetIds", "RemoveSubnetIds"),
}
"""Input -> member of the endpoint, and the members that add and remove."""

FLOW_LOG_SOURCES = {
    "vpcId": "VPC",
    "eniId": "NetworkInterface",
    "regionalNatGatewayId": "RegionalNatGateway",
    "subnetId": "Subnet",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
    "transitGatewayId": "TransitGateway",
}
"""Resources of a flow log: input -> resource type."""


def describe_endpoint(context: Context) -> dict[str, Any] | None:
    """Return the endpoint, None if it is deleted or being deleted."""
    found = context.call("DescribeVpcEndpoints", VpcEndpointIds=[context.id])["VpcEndpoints"]
    alive = [e for e in found if e.get("State", "").lower() not in {"deleted", "deleting"}]
    return alive[0] if alive else None


def change_endpoint(context: Context) -> None:
    """Change policy, DNS settings, route tables, subnets and security groups."""
    only = "dnsOptions ipAddressType policy privateDnsEnabled subnetConfigurations"
    keep = " ".join(name for name in only.split() if name in context.changed)
    op = Op(name="ModifyVpcEndpoint", only=keep, rename={"policy": "PolicyDocument"})
    members = dict(context.members(op))
    if "policy" in context.changed and "policy" not in context.inputs:
        members["ResetPolicy"] = True
    now = describe_endpoint(context) or {}
    for name, (path, add, remove) in MEMBERSHIPS.items():
        if name in context.changed:
            have = set(shapes.search(path, now) or [])
            want = set(context.inputs.get(name, []))
            members |= {add: sorted(want - have)} if want - have else {}
            members |= {remove: sorted(have - want)} if have - want else {}
    if members:
        context.call("ModifyVpcEndpoint", VpcEndpointId=context.id, **members)


def endpoint_outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs whose form or place differs from AWS's response."""
    names = [{"dnsName": e["DnsName"], "hostedZoneId": e["HostedZoneId"]} for e in _entries(found)]
    outputs: dict[str, Any] = {
        "dnsEntries": names,
        "requesterManaged": False,
        "vpcEndpointType": found.get("VpcEndpointType") or "Gateway",
    }
    if outputs["vpcEndpointType"] == "Gateway":
        filters = by_id({"prefix-list-name": found.get("ServiceName", "")})
        for known in context.call("DescribePrefixLists", Filters=filters)["PrefixLists"]:
            if known["PrefixListName"] == found.get("ServiceName"):
                outputs["prefixListId"] = known["PrefixListId"]
                outputs["cidrBlocks"] = known.get("Cidrs", [])
    return outputs


def _entries(found: Properties) -> list[dict[str, str]]:
    return [entry for entry in found.get("DnsEntries", []) if entry.get("DnsName")]


def check_endpoint(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of an endpoint."""
    kind = inputs.get("vpcEndpointType", "Gateway")
    wrong = {"Gateway": ("subnetIds", "securityGroupIds"), "Interface": ("routeTableIds",)}
    for name in wrong.get(kind, ()):
        if inputs.get(name):
            yield CheckFailure(name, f"does not apply to an endpoint of type {kind}: remove it")


def create_flow_log(context: Context) -> str:
    """Create the flow log."""
    watched = [
        (kind, context.inputs[key])
        for key, kind in FLOW_LOG_SOURCES.items()
        if key in context.inputs
    ]
    kind, target = watched[0]
    op = Op(
        name="CreateFlowLogs",
        fixed={"ResourceIds": [target], "ResourceType": kind},
        rename={"iamRoleArn": "DeliverLogsPermissionArn"} | dict.fromkeys(FLOW_LOG_SOURCES, ""),
    )
    answer = context.call_with_inputs(op)
    for refused in answer.get("Unsuccessful", []):
        error = refused["Error"]
        raise AwsError("CreateFlowLogs", error.get("Code", ""), error.get("Message", ""))
    return answer["FlowLogIds"][0]


def flow_log_outputs(_context: Context, found: Properties) -> Properties:
    """Return the flow log's resource with the SDK's name."""
    prefixes = {"vpc-": "vpcId", "subnet-": "subnetId", "eni-": "eniId"}
    target = str(found.get("ResourceId", ""))
    return {name: target for prefix, name in prefixes.items() if target.startswith(prefix)}


def check_flow_log(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of a flow log."""
    given = [name for name in FLOW_LOG_SOURCES if inputs.get(name)]
    for name in given[1:]:
        yield CheckFailure(name, f"conflicts with {given[0]}: a flow log watches one of them")
    if inputs.get("logDestinationType") in {"s3", "kinesis-data-firehose"}:
        if not inputs.get("logDestination", "unknown yet"):
            yield CheckFailure("logDestination", "is empty: write the ARN of the bucket or stream")
    elif inputs.get("destinationOptions"):
        yield CheckFailure("destinationOptions", 'requires logDestinationType "s3": remove it')


VPC_ENDPOINT = Row(
    type="aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    inputs={
        **each(UPDATE, "policy tags"),
        "autoAccept": Input(UPDATE, state_only=True),
        "dnsOptions": Input(UPDATE, supported=False),
        "ipAddressType": Input(UPDATE, supported=False),
        "subnetConfigurations": Input(UPDATE, supported=False),
        **each(
            REPLACE,
            """region resourceConfigurationArn serviceName serviceNetworkArn
            serviceRegion vpcId""",
        ),
        "privateDnsEnabled": Input(UPDATE, reset=False),
        "routeTableIds": Input(UPDATE, unordered=True),
        "securityGroupIds": Input(UPDATE, unordered=True),
        "subnetIds": Input(UPDATE, unordered=True),
        "vpcEndpointType": Input(
            REPLACE,
            default="Gateway",
            limit=Limit(
                one_of=("Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork")
            ),
        ),
    },
    create=Op(
        name="CreateVpcEndpoint",
        rename={"policy": "PolicyDocument", "autoAccept": ""},
        extra=lambda context: {"VpcEndpointType": context.inputs.get("vpcEndpointType", "Gateway")},
    ),
    id="VpcEndpoint.VpcEndpointId",
    read=describe_endpoint,
    update=change_endpoint,
    delete=Op(name="DeleteVpcEndpoints", keys={"VpcEndpointIds": "id"}),
    tags=TAGS,
    outputs={
        "policy": "PolicyDocument",
        "securityGroupIds": "Groups[].GroupId",
    },
    computed=endpoint_outputs,
    arn="arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}",
    check=check_endpoint,
)

FLOW_LOG = Row(
    type="aws:ec2/flowLog:FlowLog",
    service="ec2",
    inputs={
        **each(
            REPLACE,
            """deliverCrossAccountRole destinationOptions eniId iamRoleArn
            logDestination logFormat region regionalNatGatewayId subnetId
            tagFieldSpecifications transitGatewayAttachmentId transitGatewayId
            vpcId""",
        ),
        "tags": Input(UPDATE),
        "maxAggregationInterval": Input(REPLACE, default=600, limit=Limit(one_of=(60, 600))),
        "logDestinationType": Input(
            REPLACE,
            default="cloud-watch-logs",
            limit=Limit(one_of=("cloud-watch-logs", "s3", "kinesis-data-firehose")),
        ),
        "trafficType": Input(REPLACE, limit=Limit(one_of=("ACCEPT", "REJECT", "ALL"))),
    },
    create=create_flow_log,
    read=Op(name="DescribeFlowLogs", keys={"FlowLogIds": "id"}, result="FlowLogs[0]"),
    delete=Op(name="DeleteFlowLogs", keys={"FlowLogIds": "id"}),
    tags=TAGS,
    outputs={"iamRoleArn": "DeliverLogsPermissionArn"},
    computed=flow_log_outputs,
    arn="arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{id}",
    check=check_flow_log,
)

ROWS = (VPC_ENDPOINT, FLOW_LOG)
