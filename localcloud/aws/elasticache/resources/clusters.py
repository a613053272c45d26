"""ElastiCache: clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

NODE_TYPE = Limit(pattern=r"cache\.[a-z0-9]+\.[a-z0-9]+")
WINDOW = Limit(pattern=r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
MAINTENANCE = Limit(
    pattern="([a-zA-Z]{3}):([01][0-9]|2[0-3]):[0-5][0-9]-([a-zA-Z]{3}):([01][0-9]|2[0-3]):[0-5][0-9]"
)
NAMES = {
    "clusterId": "CacheClusterId",
    "availabilityZone": "PreferredAvailabilityZone",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "nodeType": "CacheNodeType",
    "numCacheNodes": "NumCacheNodes",
    "parameterGroupName": "CacheParameterGroupName",
    "subnetGroupName": "CacheSubnetGroupName",
}
"""Input -> member, for irregular names."""

CHANGEABLE = """autoMinorVersionUpgrade azMode engineVersion maintenanceWindow nodeType
    numCacheNodes parameterGroupName securityGroupIds snapshotRetentionLimit snapshotWindow"""
KEY = {"CacheClusterId": "id"}
UNSUPPORTED = """finalSnapshotIdentifier logDeliveryConfigurations notificationTopicArn
    outpostMode preferredOutpostArn replicationGroupId snapshotArns snapshotName"""


def describe(context: Context) -> dict[str, Any] | None:
    """Return the cluster with its nodes."""
    found = context.call(
        "DescribeCacheClusters", CacheClusterId=context.id, ShowCacheNodeInfo=True
    )["CacheClusters"]
    return found[0] if found else None


def change(context: Context) -> None:
    """Modify the cluster immediately; the last nodes are removed first."""
    sent = [name for name in CHANGEABLE.split() if name in context.changed & {*context.inputs}]
    fixed: dict[str, Any] = {"ApplyImmediately": True}
    before, after = (int(one.get("numCacheNodes") or 1) for one in (context.olds, context.inputs))
    if "numCacheNodes" in sent and after < before:
        fixed["CacheNodeIdsToRemove"] = [f"{number:04}" for number in range(after + 1, before + 1)]
    if sent:
        op = Op(name="ModifyCacheCluster", keys=KEY, only=" ".join(sent), rename=NAMES, fixed=fixed)
        context.call_with_inputs(op)


def version(context: Context, found: Properties) -> str:
    """Return the engine version with the program's precision; without one, 8.1 instead of 8.1.0."""
    actual, written = str(found.get("EngineVersion", "")), str(context.get("engineVersion") or "")
    if not written and found.get("Engine") != "memcached":
        return ".".join(actual.split(".")[:2])
    return written if written and actual.startswith(f"{written}.") else actual


def outputs(context: Context, found: Properties) -> Properties:
    """Return nodes and addresses, in the form of the SDK."""
    nodes = found.get("CacheNodes") or []
    address = found.get("ConfigurationEndpoint")
    return {
        "azMode": "cross-az" if found["PreferredAvailabilityZone"] == "Multiple" else "single-az",
        "cacheNodes": [
            {
                "id": one["CacheNodeId"],
                "address": one["Endpoint"]["Address"],
                "port": one["Endpoint"]["Port"],
                "availabilityZone": one["CustomerAvailabilityZone"],
            }
            for one in nodes
        ],
        "clusterAddress": address["Address"] if address else None,
        "configurationEndpoint": f"{address['Address']}:{address['Port']}" if address else None,
        "autoMinorVersionUpgrade": str(found["AutoMinorVersionUpgrade"]).lower(),
        "engineVersion": version(context, found),
        "port": nodes[0]["Endpoint"]["Port"] if nodes else context.get("port"),
    }


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ElastiCache's constraints across inputs."""
    count = inputs.get("numCacheNodes")
    if not isinstance(count, int):
        return
    if inputs.get("engine") in ("valkey", "redis") and count != 1:
        yield CheckFailure("numCacheNodes", f"is {count}: write 1, or use a ReplicationGroup")
    if inputs.get("azMode") == "cross-az" and count == 1:
        yield CheckFailure("azMode", "is cross-az: write more numCacheNodes than 1, or single-az")


CLUSTER = Row(
    type="aws:elasticache/cluster:Cluster",
    service="elasticache",
    served_in_one_region=True,
    inputs={
        "applyImmediately": Input(UPDATE, state_only=True),
        "autoMinorVersionUpgrade": Input(UPDATE, default="true"),
        "azMode": Input(UPDATE, limit=Limit(one_of=("single-az", "cross-az"))),
        "clusterId": Input(REPLACE, limit=Limit(max_length=50, pattern="[a-z](-?[a-z0-9])*")),
        "engine": Input(REPLACE, limit=Limit(one_of=("memcached", "valkey", "redis"))),
        "ipDiscovery": Input(REPLACE, supported_values=("ipv4",)),
        "maintenanceWindow": Input(UPDATE, limit=MAINTENANCE),
        "networkType": Input(REPLACE, supported_values=("ipv4",)),
        "nodeType": Input(UPDATE, limit=NODE_TYPE),
        "numCacheNodes": Input(UPDATE, limit=Limit(1, 40)),
        "port": Input(REPLACE, limit=Limit(1, 65_535), local_address=True),
        "securityGroupIds": Input(UPDATE, unordered=True),
        "snapshotRetentionLimit": Input(UPDATE, reset=0, limit=Limit(0, 35)),
        "snapshotWindow": Input(UPDATE, limit=WINDOW),
        "preferredAvailabilityZones": Input(REPLACE),
        **each(UPDATE, "engineVersion parameterGroupName tags"),
        **each(REPLACE, "availabilityZone region subnetGroupName transitEncryptionEnabled"),
        **{key: Input(REPLACE, supported=False) for key in UNSUPPORTED.split()},
    },
    name=Naming(property="clusterId", max_length=50, lower=True),
    create=Op(name="CreateCacheCluster", rename=NAMES),
    id="CacheCluster.CacheClusterId",
    read=describe,
    update=change,
    delete=Op(name="DeleteCacheCluster", keys=KEY),
    tags=TAGS,
    outputs={
        "arn": "ARN",
        "availabilityZone": "PreferredAvailabilityZone",
        "clusterId": "CacheClusterId",
        "engineVersionActual": "EngineVersion",
        "maintenanceWindow": "PreferredMaintenanceWindow",
        "nodeType": "CacheNodeType",
        "parameterGroupName": "CacheParameterGroup.CacheParameterGroupName",
        "preferredAvailabilityZones": "",
        "securityGroupIds": "SecurityGroups[].SecurityGroupId",
        "subnetGroupName": "CacheSubnetGroupName",
    },
    computed=outputs,
    check=check,
    time_limit=2400,
)

ROWS = (CLUSTER,)
