"""RDS: cluster instances and subnet groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.resources.clusters import IDENTIFIER, TAGS, is_ready, version
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Mode,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

DESCRIPTION = "Managed by Pulumi"
NAMES = {
    "caCertIdentifier": "CACertificateIdentifier",
    "clusterIdentifier": "DBClusterIdentifier",
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
}
"""Input of an instance -> member, for irregular names."""

CHANGEABLE = """autoMinorVersionUpgrade caCertIdentifier copyTagsToSnapshot instanceClass
    monitoringInterval monitoringRoleArn performanceInsightsEnabled performanceInsightsKmsKeyId
    performanceInsightsRetentionPeriod preferredMaintenanceWindow promotionTier
    publiclyAccessible"""
"""Inputs that `ModifyDBInstance` takes."""


def promotion_tier(context: Context) -> Properties:
    """Return the promotion tier; the real provider sends 0 by default."""
    return {"PromotionTier": context.inputs.get("promotionTier", 0)}


def change_instance(context: Context) -> None:
    """Change what differs, immediately."""
    sent = [name for name in CHANGEABLE.split() if name in context.changed & {*context.inputs}]
    if sent:
        keys = {"DBInstanceIdentifier": "id"}
        fixed = {"ApplyImmediately": True}
        only = " ".join(sent)
        context.call_with_inputs(
            Op(name="ModifyDBInstance", keys=keys, only=only, rename=NAMES, fixed=fixed)
        )


def describe_instance(context: Context) -> dict[str, Any] | None:
    """Return the instance as RDS describes it."""
    found = context.call("DescribeDBInstances", DBInstanceIdentifier=context.id)["DBInstances"]
    return found[0] if found else None


Describe = Callable[["Context"], "dict[str, Any] | None"]
"""Returns an instance as RDS describes it."""


def instance_ready(context: Context, describe: Describe = describe_instance) -> None:
    """Wait until the instance is available."""
    context.wait(
        f"the database instance {context.id} to become available",
        lambda: is_ready((describe(context) or {}).get("DBInstanceStatus", "")),
    )


def instance_outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs of the instance's cluster."""
    cluster = found.get("DBClusterIdentifier", context.get("clusterIdentifier"))
    clusters = context.call("DescribeDBClusters", DBClusterIdentifier=cluster)["DBClusters"]
    members = clusters[0].get("DBClusterMembers", []) if clusters else []
    own = [m for m in members if m["DBInstanceIdentifier"] == found["DBInstanceIdentifier"]]
    return {
        "engineVersion": version(context, found),
        "networkType": found.get("NetworkType") or "IPV4",
        "writer": bool(own and own[0].get("IsClusterWriter")),
    }


def remove_instance(context: Context) -> None:
    """Delete the instance; the data belongs to the cluster."""
    context.call("DeleteDBInstance", DBInstanceIdentifier=context.id, SkipFinalSnapshot=True)
    context.wait(f"the database instance {context.id} to go", lambda: is_gone(context))


def is_gone(context: Context, describe: Describe = describe_instance) -> bool:
    """Say whether the instance is deleted."""
    try:
        return describe(context) is None
    except AwsError as error:
        if context.is_not_found(error):
            return True
        raise


def described(context: Context, member: str) -> Properties:
    """Return the description, which RDS requires, with AWS's name."""
    return {member: context.inputs.get("description") or DESCRIPTION}


def check_subnets(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of RDS's constraints on the subnets of a group."""
    found = inputs.get("subnetIds")
    if isinstance(found, list) and len(set(found)) == 1:
        yield CheckFailure("subnetIds", "names one subnet: give subnets in two zones at least")


def change_subnets(context: Context) -> None:
    """Change the subnets and the description."""
    members = dict(described(context, "DBSubnetGroupDescription"))
    members["SubnetIds"] = list(context.inputs["subnetIds"])
    context.call("ModifyDBSubnetGroup", DBSubnetGroupName=context.id, **members)
    known = context.call("DescribeDBSubnetGroups")["DBSubnetGroups"]
    if context.id not in {group["DBSubnetGroupName"] for group in known}:
        # moto 5.2.5 forgets a group that it modifies.
        tags = [{"Key": key, "Value": value} for key, value in context.tags.items()]
        context.call("CreateDBSubnetGroup", DBSubnetGroupName=context.id, Tags=tags, **members)


INSTANCE = Row(
    type="aws:rds/clusterInstance:ClusterInstance",
    service="rds",
    inputs={
        **each(
            UPDATE,
            """caCertIdentifier monitoringRoleArn
            performanceInsightsEnabled performanceInsightsKmsKeyId
            performanceInsightsRetentionPeriod
            preferredMaintenanceWindow publiclyAccessible tags""",
        ),
        **each(UPDATE, "applyImmediately engineVersion forceDestroy", state_only=True),
        **each(
            REPLACE,
            """availabilityZone clusterIdentifier dbSubnetGroupName engine
            identifierPrefix region""",
        ),
        "warningEventCategories": Input(IGNORED),
        "autoMinorVersionUpgrade": Input(UPDATE, default=True),
        "copyTagsToSnapshot": Input(UPDATE, reset=False),
        "monitoringInterval": Input(UPDATE, reset=0, limit=Limit(one_of=(0, 1, 5, 10, 15, 30, 60))),
        "promotionTier": Input(UPDATE, reset=0, limit=Limit(0, 15)),
        "instanceClass": Input(
            UPDATE, limit=Limit(pattern=r"db\.(serverless|[a-z0-9-]+\.[a-z0-9]+)")
        ),
        "identifier": Input(REPLACE, limit=IDENTIFIER),
        "customIamInstanceProfile": Input(REPLACE, supported=False),
        "dbParameterGroupName": Input(UPDATE, supported=False),
        "preferredBackupWindow": Input(UPDATE, supported=False),
    },
    mode=Mode.OVERLAY,
    name=Naming(
        property="identifier", prefix_property="identifierPrefix", max_length=63, lower=True
    ),
    create=Op(name="CreateDBInstance", rename=NAMES, extra=promotion_tier),
    id="DBInstance.DBInstanceIdentifier",
    read=describe_instance,
    update=change_instance,
    delete=remove_instance,
    wait_until_ready=instance_ready,
    tags=TAGS,
    outputs={
        "arn": "DBInstanceArn",
        "caCertIdentifier": "CACertificateIdentifier",
        "clusterIdentifier": "DBClusterIdentifier",
        "dbParameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
        "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
        "endpoint": "Endpoint.Address",
        "engineVersionActual": "EngineVersion",
        "identifier": "DBInstanceIdentifier",
        "instanceClass": "DBInstanceClass",
        "port": "Endpoint.Port",
    },
    computed=instance_outputs,
    time_limit=5400,
)

SUBNET_GROUP = Row(
    type="aws:rds/subnetGroup:SubnetGroup",
    service="rds",
    inputs={
        **each(UPDATE, "tags"),
        "description": Input(UPDATE, default=DESCRIPTION),
        **each(REPLACE, "namePrefix region"),
        "subnetIds": Input(UPDATE, unordered=True),
        "name": Input(REPLACE, limit=Limit(max_length=255, pattern="[a-z0-9 ._-]+")),
    },
    name=Naming(lower=True),
    create=Op(
        name="CreateDBSubnetGroup",
        rename={"name": "DBSubnetGroupName"},
        extra=lambda context: described(context, "DBSubnetGroupDescription"),
    ),
    id="DBSubnetGroup.DBSubnetGroupName",
    read=Op(
        name="DescribeDBSubnetGroups", keys={"DBSubnetGroupName": "id"}, result="DBSubnetGroups[0]"
    ),
    update=change_subnets,
    delete=Op(name="DeleteDBSubnetGroup", keys={"DBSubnetGroupName": "id"}),
    tags=TAGS,
    outputs={
        "arn": "DBSubnetGroupArn",
        "description": "DBSubnetGroupDescription",
        "name": "DBSubnetGroupName",
        "subnetIds": "Subnets[].SubnetIdentifier",
        "supportedNetworkTypes": "SupportedNetworkTypes || ['IPV4']",
    },
    check=check_subnets,
)

ROWS = (INSTANCE, SUBNET_GROUP)
