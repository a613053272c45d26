"""ElastiCache: replication groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.elasticache.resources.clusters import MAINTENANCE, NODE_TYPE, WINDOW, version
from localcloud.aws.elasticache.resources.network import TAGS
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

KEY = {"ReplicationGroupId": "id"}
NAMES = {
    "description": "ReplicationGroupDescription",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "nodeType": "CacheNodeType",
    "parameterGroupName": "CacheParameterGroupName",
    "subnetGroupName": "CacheSubnetGroupName",
}
"""Input -> member, for irregular names."""

CHANGEABLE = """autoMinorVersionUpgrade automaticFailoverEnabled description engine engineVersion
    maintenanceWindow multiAzEnabled nodeType parameterGroupName securityGroupIds
    snapshotRetentionLimit snapshotWindow transitEncryptionEnabled transitEncryptionMode"""
UNSUPPORTED = """authTokenWo authTokenWoVersion durability finalSnapshotIdentifier
    globalReplicationGroupId logDeliveryConfigurations nodeGroupConfigurations notificationTopicArn
    preferredCacheClusterAzs securityGroupNames snapshotArns snapshotName"""


def describe(context: Context) -> dict[str, Any] | None:
    """Return the group, with the settings of its first node, which the group does not show."""
    found = context.call("DescribeReplicationGroups", ReplicationGroupId=context.id)
    groups = found["ReplicationGroups"]
    if not groups:
        return None
    node = groups[0]["MemberClusters"][0]
    of_node = context.call("DescribeCacheClusters", CacheClusterId=node)["CacheClusters"][0]
    return {**of_node, **groups[0]}


def change(context: Context) -> None:
    """Modify the group immediately: users and nodes with calls of their own."""
    sent = [name for name in CHANGEABLE.split() if name in context.changed & {*context.inputs}]
    fixed: dict[str, Any] = {}
    if "userGroupIds" in context.changed:
        old, new = (set(one.get("userGroupIds") or ()) for one in (context.olds, context.inputs))
        fixed["UserGroupIdsToAdd"], fixed["UserGroupIdsToRemove"] = (
            sorted(new - old),
            sorted(old - new),
        )
    if "authToken" in context.changed:
        token = context.inputs.get("authToken")
        fixed |= (
            {"AuthToken": token, "AuthTokenUpdateStrategy": "SET"}
            if token
            else {"AuthTokenUpdateStrategy": "DELETE"}
        )
    if sent or fixed:
        fixed["ApplyImmediately"] = True
        only = " ".join(sent) or "nothing"
        context.call_with_inputs(
            Op(name="ModifyReplicationGroup", keys=KEY, only=only, rename=NAMES, fixed=fixed)
        )
    change_shards(context)
    change_replicas(context)


def change_shards(context: Context) -> None:
    """Change the number of shards; the last ones are removed first."""
    count = context.inputs.get("numNodeGroups")
    if "numNodeGroups" not in context.changed or not count:
        return
    before = int(context.olds.get("numNodeGroups") or 1)
    gone = [f"{number:04}" for number in range(count + 1, before + 1)]
    if count != before:
        context.call(
            "ModifyReplicationGroupShardConfiguration",
            ReplicationGroupId=context.id,
            NodeGroupCount=count,
            ApplyImmediately=True,
            **({"NodeGroupsToRemove": gone} if gone else {}),
        )


def change_replicas(context: Context) -> None:
    """Change the number of replicas of each shard."""
    if not context.changed & {"replicasPerNodeGroup", "numCacheClusters"}:
        return
    wanted = context.inputs.get("replicasPerNodeGroup")
    if wanted is None:
        if context.inputs.get("numCacheClusters") is None:
            return
        wanted = context.inputs["numCacheClusters"] - 1
    before = int(context.olds.get("replicasPerNodeGroup") or 0)
    if wanted != before:
        context.call(
            "IncreaseReplicaCount" if wanted > before else "DecreaseReplicaCount",
            ReplicationGroupId=context.id,
            NewReplicaCount=wanted,
            ApplyImmediately=True,
        )


def outputs(context: Context, found: Properties) -> Properties:
    """Return nodes and addresses, in the form of the SDK."""
    shards = found["NodeGroups"]
    primary, reader = (shards[0].get(f"{role}Endpoint") or {} for role in ("Primary", "Reader"))
    configuration = found.get("ConfigurationEndpoint") or {}
    replicas = len(shards[0]["NodeGroupMembers"]) - 1
    return {
        "automaticFailoverEnabled": found["AutomaticFailover"] == "enabled",
        "configurationEndpointAddress": configuration.get("Address"),
        "dataTieringEnabled": found["DataTiering"] == "enabled",
        "engineVersion": version(context, found),
        "multiAzEnabled": found["MultiAZ"] == "enabled",
        "numCacheClusters": len(found["MemberClusters"]),
        "numNodeGroups": len(shards),
        "port": (configuration or primary)["Port"],
        "primaryEndpointAddress": primary.get("Address"),
        "readerEndpointAddress": reader.get("Address"),
        "replicasPerNodeGroup": replicas,
    }


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ElastiCache's constraints across inputs."""
    if inputs.get("numCacheClusters") is not None:
        for key in ("numNodeGroups", "replicasPerNodeGroup"):
            if inputs.get(key) is not None:
                yield CheckFailure(key, "conflicts with numCacheClusters: set one of them")
    if inputs.get("authToken") and inputs.get("userGroupIds"):
        yield CheckFailure("authToken", "conflicts with userGroupIds: set one of them")
    if inputs.get("multiAzEnabled") and not inputs.get("automaticFailoverEnabled"):
        yield CheckFailure("multiAzEnabled", "needs automaticFailoverEnabled: set it, too")


REPLICATION_GROUP = Row(
    type="aws:elasticache/replicationGroup:ReplicationGroup",
    service="elasticache",
    served_in_one_region=True,
    inputs={
        "applyImmediately": Input(UPDATE, state_only=True),
        "authToken": Input(
            UPDATE, secret=True, write_only=True, limit=Limit(min_length=16, max_length=128)
        ),
        "authTokenUpdateStrategy": Input(
            UPDATE, state_only=True, limit=Limit(one_of=("ROTATE", "SET", "DELETE"))
        ),
        "autoMinorVersionUpgrade": Input(UPDATE, default=True),
        "automaticFailoverEnabled": Input(UPDATE, reset=False),
        # ElastiCache refuses to change it in one step.
        "clusterMode": Input(REPLACE, supported_values=("enabled", "disabled")),
        "engine": Input(UPDATE, default="redis", limit=Limit(one_of=("valkey", "redis"))),
        "ipDiscovery": Input(REPLACE, supported_values=("ipv4",)),
        "maintenanceWindow": Input(UPDATE, limit=MAINTENANCE),
        "multiAzEnabled": Input(UPDATE, reset=False),
        "networkType": Input(REPLACE, supported_values=("ipv4",)),
        "nodeType": Input(UPDATE, limit=NODE_TYPE),
        "numCacheClusters": Input(UPDATE, limit=Limit(1, 6)),
        "numNodeGroups": Input(UPDATE, limit=Limit(1, 500)),
        "port": Input(REPLACE, reset=6379, limit=Limit(1, 65_535), local_address=True),
        "replicasPerNodeGroup": Input(UPDATE, limit=Limit(0, 5)),
        "replicationGroupId": Input(
            REPLACE, limit=Limit(max_length=40, pattern="[a-z](-?[a-z0-9])*")
        ),
        "securityGroupIds": Input(UPDATE, unordered=True),
        "snapshotRetentionLimit": Input(UPDATE, reset=0, limit=Limit(0, 35)),
        "snapshotWindow": Input(UPDATE, limit=WINDOW),
        "transitEncryptionEnabled": Input(UPDATE),
        "transitEncryptionMode": Input(UPDATE, limit=Limit(one_of=("preferred", "required"))),
        "userGroupIds": Input(UPDATE, unordered=True),
        **each(UPDATE, "description engineVersion parameterGroupName tags"),
        **each(
            REPLACE,
            "atRestEncryptionEnabled dataTieringEnabled kmsKeyId region subnetGroupName",
        ),
        **{key: Input(UPDATE, supported=False) for key in UNSUPPORTED.split()},
    },
    name=Naming(property="replicationGroupId", max_length=40, lower=True),
    create=Op(name="CreateReplicationGroup", rename=NAMES),
    id="ReplicationGroup.ReplicationGroupId",
    read=describe,
    update=change,
    delete=Op(name="DeleteReplicationGroup", keys=KEY),
    tags=TAGS,
    outputs={
        "arn": "ARN",
        "clusterEnabled": "ClusterEnabled",
        "engineVersionActual": "EngineVersion",
        "maintenanceWindow": "PreferredMaintenanceWindow",
        "nodeType": "CacheNodeType",
        "parameterGroupName": "CacheParameterGroup.CacheParameterGroupName",
        "replicationGroupId": "ReplicationGroupId",
        "securityGroupIds": "SecurityGroups[].SecurityGroupId",
        "subnetGroupName": "CacheSubnetGroupName",
    },
    computed=outputs,
    check=check,
    time_limit=3600,
)

ROWS = (REPLICATION_GROUP,)
