"""DAX: clusters, subnet groups and parameter groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

MISSING = "ClusterNotFoundFault ParameterGroupNotFoundFault SubnetGroupNotFoundFault"
CHANGEABLE = (
    "description maintenanceWindow notificationTopicArn parameterGroupName securityGroupIds"
)
NAMES = {
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "serverSideEncryption": "SSESpecification",
}
GROUP_NAME = Limit(max_length=255, pattern="[a-z](-?[a-z0-9])*")
NODE_TYPE = Limit(pattern=r"dax\.[a-z0-9]+\.[a-z0-9]+")
WINDOW = Limit(pattern=r"[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d")


def wait_until_available(context: Context) -> None:
    """Wait until the cluster is available."""

    def available() -> bool:
        [found] = context.call("DescribeClusters", ClusterNames=[context.id])["Clusters"]
        return found["Status"] == "available"

    context.wait(f"the cluster {context.id} to become available", available)


def change(context: Context) -> None:
    """Change the settings, then the number of nodes."""
    sent = " ".join(name for name in CHANGEABLE.split() if name in context.changed)
    if sent:
        keys = {"ClusterName": "id"}
        context.call_with_inputs(Op(name="UpdateCluster", keys=keys, only=sent, rename=NAMES))
    wanted, before = context.inputs["replicationFactor"], context.olds.get("replicationFactor")
    if "replicationFactor" in context.changed and wanted != before:
        more = before is None or wanted > before
        operation = f"{'Increase' if more else 'Decrease'}ReplicationFactor"
        context.call(operation, ClusterName=context.id, NewReplicationFactor=wanted)
    wait_until_available(context)


def delete(context: Context) -> None:
    """Delete the cluster and wait until it does not exist."""
    context.call("DeleteCluster", ClusterName=context.id)

    def gone() -> bool:
        try:
            context.call("DescribeClusters", ClusterNames=[context.id])
        except Exception as error:
            if context.is_not_found(error):
                return True
            raise
        return False

    context.wait(f"the cluster {context.id} to be deleted", gone)


def outputs(context: Context, found: Properties) -> Properties:
    """Return endpoint, nodes and encryption in the form of the SDK."""
    endpoint = found["ClusterDiscoveryEndpoint"]
    nodes = [
        {
            "address": node["Endpoint"]["Address"],
            "availabilityZone": node["AvailabilityZone"],
            "id": node["NodeId"],
            "port": node["Endpoint"]["Port"],
        }
        for node in found.get("Nodes") or []
    ]
    return {
        "clusterAddress": endpoint.get("Address"),
        "configurationEndpoint": f"{endpoint.get('Address')}:{endpoint['Port']}",
        "nodes": nodes,
        "availabilityZones": context.get("availabilityZones")
        and sorted({node["availabilityZone"] for node in nodes}),
        "port": endpoint["Port"],
        "serverSideEncryption": {"enabled": found["SSEDescription"]["Status"] == "ENABLED"},
    }


CLUSTER = Row(
    type="aws:dax/cluster:Cluster",
    service="dax",
    inputs={
        "availabilityZones": Input(REPLACE, unordered=True, chosen_by_aws=True),
        "clusterEndpointEncryptionType": Input(
            REPLACE, default="NONE", limit=Limit(one_of=("NONE", "TLS"))
        ),
        "clusterName": Input(REPLACE, limit=Limit(max_length=20, pattern="[a-z](-?[a-z0-9])*")),
        "description": Input(UPDATE, reset=""),
        "maintenanceWindow": Input(UPDATE, limit=WINDOW, chosen_by_aws=True),
        "nodeType": Input(REPLACE, limit=NODE_TYPE),
        "notificationTopicArn": Input(UPDATE, reset=""),
        "parameterGroupName": Input(UPDATE, chosen_by_aws=True),
        "replicationFactor": Input(UPDATE, limit=Limit(1, 11)),
        "securityGroupIds": Input(UPDATE, unordered=True, chosen_by_aws=True),
        "serverSideEncryption.enabled": Input(REPLACE, default=False),
        "serverSideEncryption": Input(REPLACE),
        "subnetGroupName": Input(REPLACE, chosen_by_aws=True),
        **each(REPLACE, "iamRoleArn region"),
        "tags": Input(UPDATE),
    },
    create=Op(name="CreateCluster", rename=NAMES),
    id="Cluster.ClusterName",
    read=Op(name="DescribeClusters", keys={"ClusterNames": "id"}, result="Clusters[0]"),
    update=change,
    delete=delete,
    wait_until_ready=wait_until_available,
    tags=Tagging(
        tag="TagResource",
        untag="UntagResource",
        read="ListTags",
        keys={"ResourceName": "arn"},
    ),
    outputs={
        "arn": "ClusterArn",
        "maintenanceWindow": "PreferredMaintenanceWindow",
        "notificationTopicArn": "NotificationConfiguration.TopicArn",
        "parameterGroupName": "ParameterGroup.ParameterGroupName",
        "replicationFactor": "TotalNodes",
        "securityGroupIds": "SecurityGroups[].SecurityGroupIdentifier",
        "subnetGroupName": "SubnetGroup",
    },
    computed=outputs,
    not_found_codes=MISSING,
)

SUBNETS_KEY = {"SubnetGroupName": "id"}
SUBNET_GROUP = Row(
    type="aws:dax/subnetGroup:SubnetGroup",
    service="dax",
    inputs={
        "description": Input(UPDATE, reset=""),
        "name": Input(REPLACE, limit=GROUP_NAME),
        "region": Input(REPLACE),
        "subnetIds": Input(UPDATE, unordered=True),
    },
    name=Naming(lower=True),
    create=Op(name="CreateSubnetGroup", rename={"name": "SubnetGroupName"}),
    id="SubnetGroup.SubnetGroupName",
    read=Op(name="DescribeSubnetGroups", keys={"SubnetGroupNames": "id"}, result="SubnetGroups[0]"),
    update=Op(name="UpdateSubnetGroup", keys=SUBNETS_KEY, only="description subnetIds"),
    delete=Op(name="DeleteSubnetGroup", keys=SUBNETS_KEY),
    outputs={
        "name": "SubnetGroupName",
        "subnetIds": "Subnets[].SubnetIdentifier",
        "vpcId": "VpcId",
    },
    not_found_codes=MISSING,
)

PARAMETERS_KEY = {"ParameterGroupName": "id"}


DEFAULT_TTL = "300000"
"""Milliseconds: the default of each parameter."""


def set_parameters(context: Context) -> None:
    """Set the parameters, those that were dropped to their default."""
    old, new = (
        {one["name"]: one["value"] for one in source.get("parameters") or []}
        for source in (context.old_inputs, context.inputs)
    )
    wanted = {**dict.fromkeys(old, DEFAULT_TTL), **new}
    if wanted:
        values = [{"ParameterName": key, "ParameterValue": value} for key, value in wanted.items()]
        context.call(
            "UpdateParameterGroup", ParameterGroupName=context.id, ParameterNameValues=values
        )


def create_parameters(context: Context) -> str:
    """Create the group, then set its parameters."""
    op = Op(
        name="CreateParameterGroup", only="name description", rename={"name": "ParameterGroupName"}
    )
    context.id = context.call_with_inputs(op)["ParameterGroup"]["ParameterGroupName"]
    set_parameters(context)
    return context.id


def read_parameters(context: Context) -> Properties | None:
    """Return the group with the parameters that are set."""
    found = context.call("DescribeParameterGroups", ParameterGroupNames=[context.id])
    values = context.call("DescribeParameters", ParameterGroupName=context.id)["Parameters"]
    return {
        **found["ParameterGroups"][0],
        "parameters": [
            {"name": one["ParameterName"], "value": one["ParameterValue"]}
            for one in values
            if one["Source"] == "user"
        ],
    }


PARAMETER_GROUP = Row(
    type="aws:dax/parameterGroup:ParameterGroup",
    service="dax",
    inputs={
        "description": Input(REPLACE),
        "name": Input(REPLACE, limit=GROUP_NAME),
        "parameters": Input(UPDATE, unordered=True),
        "region": Input(REPLACE),
    },
    name=Naming(lower=True),
    create=create_parameters,
    read=read_parameters,
    update=set_parameters,
    delete=Op(name="DeleteParameterGroup", keys=PARAMETERS_KEY),
    outputs={"name": "ParameterGroupName", "parameters": "parameters"},
    not_found_codes=MISSING,
)

ROWS = (CLUSTER, SUBNET_GROUP, PARAMETER_GROUP)
