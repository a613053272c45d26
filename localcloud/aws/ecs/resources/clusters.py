"""ECS: clusters and capacity providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TAGS = Tagging(tag="TagResource", untag="UntagResource", keys={"resourceArn": "arn"})
"""Tagging of clusters, services and task definitions; their reads return the tags."""

LOG_CONFIGURATION = "configuration.executeCommandConfiguration.logConfiguration"
CLUSTER_NAMES = {f"{LOG_CONFIGURATION}.s3BucketEncryptionEnabled": "s3EncryptionEnabled"}


def describe_cluster(context: Context, cluster: str) -> dict[str, Any] | None:
    """Return the *cluster*, None if it is inactive or does not exist."""
    details = ["TAGS", "SETTINGS", "CONFIGURATIONS"]
    found = context.call("DescribeClusters", clusters=[cluster], include=details)["clusters"]
    alive = [c for c in found if c.get("status") != "INACTIVE"]
    return alive[0] if alive else None


def read_cluster(context: Context) -> Properties | None:
    """Return the cluster with its tags."""
    found = describe_cluster(context, context.id)
    return None if found is None else {"tags": [], **found}


def capacity(context: Context) -> Properties:
    """Return the capacity providers; ECS requires both lists, also empty ones."""
    return {"capacityProviders": [], "defaultCapacityProviderStrategy": []} | {
        name: value
        for name, value in {
            "capacityProviders": context.inputs.get("capacityProviders"),
            "defaultCapacityProviderStrategy": context.inputs.get(
                "defaultCapacityProviderStrategies"
            ),
        }.items()
        if value
    }


def set_capacity(context: Context) -> str:
    """Set the cluster's capacity providers; the id is the cluster's name."""
    context.id = context.inputs["clusterName"]
    change_capacity(context)
    return context.id


def change_capacity(context: Context) -> None:
    """Set the cluster's capacity providers."""
    context.call("PutClusterCapacityProviders", cluster=context.id, **capacity(context))


def read_capacity(context: Context) -> Properties | None:
    """Return the cluster's capacity providers, None if there are none."""
    found = describe_cluster(context, context.id)
    providers = (found or {}).get("capacityProviders") or []
    if found is None or (not providers and context.inputs.get("capacityProviders")):
        return None
    return {
        "clusterName": found["clusterName"],
        "capacityProviders": providers,
        "defaultCapacityProviderStrategies": found.get("defaultCapacityProviderStrategy") or [],
    }


def remove_capacity(context: Context) -> None:
    """Remove the cluster's capacity providers."""
    nothing: Properties = {"capacityProviders": [], "defaultCapacityProviderStrategy": []}
    if describe_cluster(context, context.id):
        context.call("PutClusterCapacityProviders", cluster=context.id, **nothing)


CLUSTER = Row(
    type="aws:ecs/cluster:Cluster",
    service="ecs",
    inputs={
        "tags": Input(UPDATE),
        "region": Input(REPLACE),
        "configuration": Input(UPDATE, reset={}),
        "serviceConnectDefaults": Input(UPDATE, reset={"namespace": ""}),
        "settings": Input(UPDATE, reset=[{"name": "containerInsights", "value": "disabled"}]),
        "name": Input(REPLACE, limit=Limit(max_length=255, pattern="[A-Za-z0-9_-]+")),
    },
    name=Naming(max_length=255),
    create=Op(name="CreateCluster", rename=CLUSTER_NAMES),
    id="cluster.clusterArn",
    read=read_cluster,
    update=Op(name="UpdateCluster", keys={"cluster": "id"}, rename=CLUSTER_NAMES),
    delete=Op(name="DeleteCluster", keys={"cluster": "id"}),
    tags=TAGS,
)

CLUSTER_CAPACITY_PROVIDERS = Row(
    type="aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    service="ecs",
    inputs={
        **each(REPLACE, "clusterName region"),
        "capacityProviders": Input(UPDATE, unordered=True),
        "defaultCapacityProviderStrategies": Input(UPDATE, unordered=True),
    },
    create=set_capacity,
    read=read_capacity,
    update=change_capacity,
    delete=remove_capacity,
    from_id=lambda id_: {"clusterName": id_},
    check_operations=("PutClusterCapacityProviders",),
)

ROWS = (CLUSTER, CLUSTER_CAPACITY_PROVIDERS)
