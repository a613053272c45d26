"""The shards and the nodes of a replication group."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow

from localcloud.aws.elasticache.overrides.clusters import members_of, zones_of
from localcloud.aws.elasticache.overrides.records import CLUSTER, Record, forget, keep
from localcloud.ports import HOST


def arrange(self: Any, found: Record) -> None:
    """Set the shards of a group, and keep a cluster for each of its nodes."""
    backend, name = self.elasticache_backend, found["ReplicationGroupId"]
    zones = zones_of(self, found.get("CacheSubnetGroupName"))
    address = {"Address": HOST, "Port": found["Port"]}
    shared = {key: value for key, value in found.items() if key not in {"ARN", "Status"}}
    ids: list[str] = []
    found["NodeGroups"] = []
    for shard in range(1, found["Shards"] + 1):
        prefix = f"{name}-{shard:04}" if found["ClusterEnabled"] else name
        members: list[Record] = []
        for number in range(found["Replicas"] + 1):
            one = f"{prefix}-{number + 1:03}"
            zone = zones[(shard + number - 1) % len(zones)]
            member = {
                "CacheClusterId": one,
                "CacheNodeId": "0001",
                "PreferredAvailabilityZone": zone,
            }
            if not found["ClusterEnabled"]:
                member |= {
                    "ReadEndpoint": address,
                    "CurrentRole": "replica" if number else "primary",
                }
            members.append(member)
            ids.append(one)
            node = {
                "CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": address,
                "CustomerAvailabilityZone": zone,
            }  # fmt: skip
            cluster = shared | {
                "CacheClusterStatus": "available", "CacheClusterCreateTime": utcnow(),
                "NumCacheNodes": 1, "CacheNodes": [node], "PreferredAvailabilityZone": zone,
            }  # fmt: skip
            keep(self, CLUSTER, cluster, one)
        group: Record = {
            "NodeGroupId": f"{shard:04}",
            "Status": "available",
            "NodeGroupMembers": members,
        }
        if found["ClusterEnabled"]:
            group["Slots"] = _slots(shard, found["Shards"])
        else:
            group |= {"PrimaryEndpoint": address, "ReaderEndpoint": address}
        found["NodeGroups"].append(group)
    if found["ClusterEnabled"]:
        found["ConfigurationEndpoint"] = address
    found["MemberClusters"] = ids
    for member in members_of(backend, name):
        if member["CacheClusterId"] not in ids:
            forget(self, CLUSTER, member)


def _slots(shard: int, shards: int) -> str:
    first, after = (16_384 * (shard - 1)) // shards, (16_384 * shard) // shards
    return f"{first}-{after - 1}"
