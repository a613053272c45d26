"""Cache clusters: Memcached, and single nodes of Valkey and Redis OSS."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from localcloud.aws.elasticache.overrides import servers
from localcloud.aws.elasticache.overrides.records import (
    CLUSTER,
    PARAMETERS,
    SUBNETS,
    Record,
    answer,
    asked,
    conflicting,
    find,
    forget,
    given,
    invalid,
    keep,
    listed,
    records,
    refused,
    require_new,
)
from localcloud.aws.elasticache.overrides.records import install as replace
from localcloud.aws.elasticache.overrides.versions import default_parameters, full_version

MAX_NODES = 40
SHARED = (
    "CacheNodeType", "PreferredMaintenanceWindow", "AutoMinorVersionUpgrade",
    "SnapshotRetentionLimit", "SnapshotWindow", "IpDiscovery",
)  # fmt: skip
"""Members of requests that are members of the answers."""


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    replace(
        create_cache_cluster, describe_cache_clusters, modify_cache_cluster, delete_cache_cluster,
        reboot_cache_cluster,
    )  # fmt: skip


def create_cache_cluster(self: Any) -> ActionResult:
    """Create a cluster and start a server for each node."""
    require_new(self, CLUSTER)
    engine = str(self.params.get("Engine") or "memcached").lower()
    count = int(self.params.get("NumCacheNodes") or 1)
    most = MAX_NODES if engine == "memcached" else 1
    if not 1 <= count <= most:
        raise invalid(f"NumCacheNodes of {engine} must be between 1 and {most}.")
    if count == 1 and self.params.get("AZMode") == "cross-az":
        raise conflicting("AZMode cross-az needs more than one node.")
    if not self.params.get("CacheNodeType"):
        raise invalid("CacheNodeType is required.")
    settings = cluster_settings(self, engine, cluster=False)
    zones = zones_of(self, settings.get("CacheSubnetGroupName"))
    single = count > 1 and self.params.get("AZMode") != "cross-az"
    wanted = list(self.params.get("PreferredAvailabilityZones") or [])
    if only := self.params.get("PreferredAvailabilityZone"):
        wanted = [only]
    zones = wanted or (zones[:1] if single else zones)
    made = keep(
        self,
        CLUSTER,
        settings
        | {
            "CacheClusterStatus": "available",
            "CacheClusterCreateTime": utcnow(),
            "NumCacheNodes": count,
            "Zones": zones,
            "PreferredAvailabilityZone": "Multiple" if count > 1 and not single else zones[0],
            "TransitEncryptionEnabled": bool(self.params.get("TransitEncryptionEnabled")),
            "AtRestEncryptionEnabled": False,
            "AuthTokenEnabled": False,
        },
    )
    serve_new(self, CLUSTER, made)
    return answer(CLUSTER, made)


def serve_new(self: Any, kind: Any, made: Record) -> None:
    """Start the servers of a new cache; it is forgotten if they do not start."""
    try:
        servers.serve(self.elasticache_backend, kind, made)
    except Exception:
        forget(self, kind, made)
        servers.stop(kind, made)
        raise


def cluster_settings(self: Any, engine: str, *, cluster: bool) -> Record:
    """Return the settings of a new cluster: version, network, parameters and windows."""
    version = full_version(engine, self.params.get("EngineVersion"))
    settings = {
        "AutoMinorVersionUpgrade": True,
        "SnapshotRetentionLimit": 0,
        "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
        "NetworkType": "ipv4",
        "IpDiscovery": "ipv4",
        **given(self, *SHARED, "CacheSubnetGroupName"),
        "Engine": engine,
        "EngineVersion": version,
        "SecurityGroups": [],
    }
    if engine != "memcached":
        settings.setdefault("SnapshotWindow", "05:00-06:00")
    if "CacheSubnetGroupName" in settings:
        name = str(settings["CacheSubnetGroupName"])
        found = find(self.elasticache_backend, SUBNETS, name)
        settings["CacheSubnetGroupName"] = found["CacheSubnetGroupName"]
    parameters = default_parameters(engine, version, cluster=cluster)
    return settings | _references(self) | _parameters(self, parameters)


def _references(self: Any) -> Record:
    groups = self.params.get("SecurityGroupIds")
    return (
        {}
        if groups is None
        else {
            "SecurityGroups": [{"SecurityGroupId": one, "Status": "active"} for one in groups],
        }
    )


def _parameters(self: Any, default: str = "") -> Record:
    name = self.params.get("CacheParameterGroupName") or default
    if not name:
        return {}
    if not name.startswith("default."):
        find(self.elasticache_backend, PARAMETERS, name)
    group = {"CacheParameterGroupName": name, "ParameterApplyStatus": "in-sync"}
    return {"CacheParameterGroup": group}


def zones_of(self: Any, subnets: str | None) -> list[str]:
    """Return the zones of a subnet group, or the Region's first."""
    if not subnets:
        return [f"{self.region}a"]
    found = find(self.elasticache_backend, SUBNETS, subnets)["Subnets"]
    return sorted({one["SubnetAvailabilityZone"]["Name"] for one in found})


def change_settings(self: Any, found: Record) -> None:
    """Apply the settings of a modify request at once: maintenance windows are not emulated."""
    found |= given(self, *SHARED) | _references(self) | _parameters(self)
    if self.params.get("Engine"):
        found["Engine"] = str(self.params["Engine"]).lower()
    if self.params.get("EngineVersion"):
        found["EngineVersion"] = full_version(found["Engine"], self.params["EngineVersion"])


def describe_cache_clusters(self: Any) -> ActionResult:
    """Return clusters; nodes only on request, as ElastiCache does."""
    found = listed(self, CLUSTER)
    if not self.params.get("ShowCacheNodeInfo"):
        found = [{k: v for k, v in one.items() if k != "CacheNodes"} for one in found]
    return ActionResult({"CacheClusters": found})


def modify_cache_cluster(self: Any) -> ActionResult:
    """Change settings, and the number of nodes."""
    found = _standalone(self)
    before = servers.nodes(found)
    if self.params.get("NumCacheNodes") is not None:
        count = int(self.params["NumCacheNodes"])
        if found["Engine"] != "memcached" or not 1 <= count <= MAX_NODES:
            raise invalid(f"NumCacheNodes of Memcached must be between 1 and {MAX_NODES}.")
        removed = list(self.params.get("CacheNodeIdsToRemove") or [])
        if len(removed) != max(0, found["NumCacheNodes"] - count):
            raise conflicting("CacheNodeIdsToRemove must name as many nodes as are removed.")
        found["NumCacheNodes"] = count
    if self.params.get("AZMode"):
        many = self.params["AZMode"] == "cross-az"
        if many and found["NumCacheNodes"] == 1:
            raise conflicting("AZMode cross-az needs more than one node.")
        zones = zones_of(self, found.get("CacheSubnetGroupName"))
        found["Zones"] = zones if many else zones[:1]
        found["PreferredAvailabilityZone"] = "Multiple" if many else zones[0]
    change_settings(self, found)
    servers.serve(self.elasticache_backend, CLUSTER, found)
    if gone := before[found["NumCacheNodes"] :]:
        servers.stop(CLUSTER, found, gone)
    return answer(CLUSTER, found)


def _standalone(self: Any) -> Record:
    found = asked(self, CLUSTER)
    if group := found.get("ReplicationGroupId"):
        raise conflicting(f"The cluster is a member of {group}: change the replication group.")
    return found


def delete_cache_cluster(self: Any) -> ActionResult:
    """Delete a cluster and its data; a final snapshot is not taken."""
    found = _standalone(self)
    if self.params.get("FinalSnapshotIdentifier"):
        raise invalid("FinalSnapshotIdentifier is not supported by the local cloud: remove it.")
    forget(self, CLUSTER, found)
    servers.stop(CLUSTER, found)
    return answer(CLUSTER, found | {"CacheClusterStatus": "deleting"})


def reboot_cache_cluster(self: Any) -> ActionResult:
    """Empty the nodes that the request names, by new servers in their place."""
    found = _standalone(self)
    wanted = list(self.params["CacheNodeIdsToReboot"])
    if unknown := [one for one in wanted if one not in servers.nodes(found)]:
        raise refused("InvalidParameterValue", f"The cluster has no node {unknown[0]}.")
    servers.stop(CLUSTER, found, wanted)
    servers.serve(self.elasticache_backend, CLUSTER, found)
    return answer(CLUSTER, found)


def members_of(backend: Any, group: str) -> list[Record]:
    """Return the clusters of a replication group."""
    return [
        one for one in records(backend, CLUSTER).values() if one.get("ReplicationGroupId") == group
    ]
