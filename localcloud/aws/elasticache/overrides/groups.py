"""Replication groups: one server for all of their nodes."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from localcloud.aws.elasticache.overrides import servers
from localcloud.aws.elasticache.overrides.clusters import (
    change_settings,
    cluster_settings,
    members_of,
    serve_new,
)
from localcloud.aws.elasticache.overrides.records import (
    CLUSTER,
    GROUP,
    PARAMETERS,
    USER_GROUP,
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
    refused,
    require_new,
)
from localcloud.aws.elasticache.overrides.records import install as replace
from localcloud.aws.elasticache.overrides.shards import arrange

MAX_REPLICAS = 5
KEPT = ("KmsKeyId", "TransitEncryptionMode")
SWITCHES = {"AutomaticFailoverEnabled": "AutomaticFailover", "MultiAZEnabled": "MultiAZ"}
"""Member of requests -> member of answers, `enabled` or `disabled`."""


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    replace(
        create_replication_group, describe_replication_groups, modify_replication_group,
        delete_replication_group, increase_replica_count, decrease_replica_count,
        modify_replication_group_shard_configuration, test_failover,
    )  # fmt: skip


def create_replication_group(self: Any) -> ActionResult:
    """Create a group and start its server."""
    require_new(self, GROUP)
    engine = str(self.params.get("Engine") or "redis").lower()
    shards = int(self.params.get("NumNodeGroups") or 1)
    replicas = self.params.get("ReplicasPerNodeGroup")
    if replicas is None:
        replicas = int(self.params.get("NumCacheClusters") or 1) - 1
    cluster = _cluster_mode(self, shards)
    settings = cluster_settings(self, engine, cluster=cluster)
    tls, token = bool(self.params.get("TransitEncryptionEnabled")), self.params.get("AuthToken")
    groups = list(self.params.get("UserGroupIds") or [])
    for one in groups:
        find(self.elasticache_backend, USER_GROUP, one)
    if (groups or token) and not tls:
        raise conflicting("UserGroupIds and AuthToken need TransitEncryptionEnabled.")
    switches = {
        answered: "enabled" if self.params.get(member) else "disabled"
        for member, answered in SWITCHES.items()
    }
    made = keep(
        self,
        GROUP,
        settings
        | given(self, *KEPT)
        | switches
        | {
            "Description": self.params["ReplicationGroupDescription"],
            "Status": "available",
            "ReplicationGroupCreateTime": utcnow(),
            "ClusterEnabled": cluster,
            "ClusterMode": "enabled" if cluster else "disabled",
            "Shards": shards,
            "Replicas": int(replicas),
            "UserGroupIds": groups,
            "AuthToken": token,
            "AuthTokenEnabled": bool(token),
            "AuthTokenLastModifiedDate": utcnow() if token else None,
            "TransitEncryptionEnabled": tls,
            "AtRestEncryptionEnabled": _at_rest(self, engine),
            "DataTiering": "enabled" if self.params.get("DataTieringEnabled") else "disabled",
        },
    )
    try:
        _check(made)
    except Exception:
        forget(self, GROUP, made)
        raise
    serve_new(self, GROUP, made)
    arrange(self, made)
    return answer(GROUP, made)


def _at_rest(self: Any, engine: str) -> bool:
    wanted = self.params.get("AtRestEncryptionEnabled")
    return engine == "valkey" if wanted is None else bool(wanted)


def _cluster_mode(self: Any, shards: int) -> bool:
    name = self.params.get("CacheParameterGroupName") or ""
    custom = name and not name.startswith("default.")
    if custom:
        parameters = find(self.elasticache_backend, PARAMETERS, name)["Parameters"]
        allowed = parameters.get("cluster-enabled") == "yes"
    else:
        allowed = name.endswith(".cluster.on")
    wanted = self.params.get("ClusterMode") == "enabled" or shards > 1
    if wanted and name and not allowed:
        raise conflicting("Cluster mode needs a parameter group with cluster-enabled=yes.")
    return wanted or allowed


def _check(found: Record) -> None:
    """Raise the API's error for settings that exclude each other."""
    if not 0 <= found["Replicas"] <= MAX_REPLICAS:
        raise invalid(f"A shard has 0 to {MAX_REPLICAS} replicas.")
    failover = found["AutomaticFailover"] == "enabled"
    if failover and not found["Replicas"] and not found["ClusterEnabled"]:
        raise conflicting("AutomaticFailoverEnabled needs a replica.")
    if found["ClusterEnabled"] and not failover:
        raise conflicting("Cluster mode needs AutomaticFailoverEnabled.")
    if found["MultiAZ"] == "enabled" and not failover:
        raise conflicting("MultiAZEnabled needs AutomaticFailoverEnabled.")


def describe_replication_groups(self: Any) -> ActionResult:
    """Return replication groups."""
    return ActionResult({"ReplicationGroups": listed(self, GROUP)})


def modify_replication_group(self: Any) -> ActionResult:
    """Change a group at once: maintenance windows are not emulated."""
    found = asked(self, GROUP)
    changed = found | given(self, "TransitEncryptionMode", "TransitEncryptionEnabled")
    change_settings(self, changed)
    if self.params.get("ReplicationGroupDescription"):
        changed["Description"] = self.params["ReplicationGroupDescription"]
    for member, answered in SWITCHES.items():
        if self.params.get(member) is not None:
            changed[answered] = "enabled" if self.params[member] else "disabled"
    mode = self.params.get("ClusterMode")
    if mode and mode != found["ClusterMode"]:
        raise conflicting("The local cloud does not change the cluster mode: replace the group.")
    changed["UserGroupIds"] = _user_groups(self, found)
    if self.params.get("AuthToken"):
        token = self.params["AuthToken"]
        now = {"AuthTokenEnabled": True, "AuthTokenLastModifiedDate": utcnow()}
        changed |= {"AuthToken": token, **now}
    if self.params.get("AuthTokenUpdateStrategy") == "DELETE":
        changed |= {"AuthToken": None, "AuthTokenEnabled": False}
    _check(changed)
    found |= changed
    return _applied(self, found)


def _user_groups(self: Any, found: Record) -> list[str]:
    if self.params.get("RemoveUserGroups"):
        return []
    removed = set(self.params.get("UserGroupIdsToRemove") or [])
    added = list(self.params.get("UserGroupIdsToAdd") or [])
    for one in added:
        find(self.elasticache_backend, USER_GROUP, one)
    return [one for one in found["UserGroupIds"] if one not in removed] + added


def _applied(self: Any, found: Record) -> ActionResult:
    servers.serve(self.elasticache_backend, GROUP, found)
    arrange(self, found)
    return answer(GROUP, found)


def increase_replica_count(self: Any) -> ActionResult:
    """Add replicas to each shard."""
    return _with_replicas(self, more=True)


def decrease_replica_count(self: Any) -> ActionResult:
    """Remove replicas from each shard."""
    return _with_replicas(self, more=False)


def _with_replicas(self: Any, *, more: bool) -> ActionResult:
    found = asked(self, GROUP)
    count = self.params.get("NewReplicaCount")
    if count is None:
        raise invalid("The local cloud changes the replicas of all shards: give NewReplicaCount.")
    if (int(count) > found["Replicas"]) is not more:
        raise invalid(f"NewReplicaCount is {count}, and the group has {found['Replicas']}.")
    _check(found | {"Replicas": int(count)})
    found["Replicas"] = int(count)
    return _applied(self, found)


def modify_replication_group_shard_configuration(self: Any) -> ActionResult:
    """Change the number of shards; the one server keeps all slots."""
    found, count = asked(self, GROUP), int(self.params["NodeGroupCount"])
    if not found["ClusterEnabled"]:
        raise conflicting("Only groups with cluster mode have several shards.")
    named = self.params.get("NodeGroupsToRemove") or self.params.get("NodeGroupsToRetain")
    if count < found["Shards"] and not named:
        raise conflicting("Name NodeGroupsToRemove or NodeGroupsToRetain.")
    found["Shards"] = count
    return _applied(self, found)


def test_failover(self: Any) -> ActionResult:
    """Make a replica the primary; the one server goes on."""
    found, name = asked(self, GROUP), self.params["NodeGroupId"]
    shard = next((one for one in found["NodeGroups"] if one["NodeGroupId"] == name), None)
    if shard is None:
        raise refused("NodeGroupNotFoundFault", f"The group has no shard {name}.")
    if found["AutomaticFailover"] != "enabled" or not found["Replicas"]:
        text = "The group has no automatic failover."
        raise refused("TestFailoverNotAvailableFault", text)
    members = shard["NodeGroupMembers"]
    roles = [one.get("CurrentRole") for one in members]
    for one, role in zip(members, [*roles[1:], roles[0]], strict=True):
        if role is not None:
            one["CurrentRole"] = role
    return answer(GROUP, found)


def delete_replication_group(self: Any) -> ActionResult:
    """Delete a group, its nodes and its data; a final snapshot is not taken."""
    found = asked(self, GROUP)
    if self.params.get("FinalSnapshotIdentifier") or self.params.get("RetainPrimaryCluster"):
        text = "FinalSnapshotIdentifier and RetainPrimaryCluster are not supported by the local"
        raise invalid(f"{text} cloud: remove them.")
    for member in members_of(self.elasticache_backend, found["ReplicationGroupId"]):
        forget(self, CLUSTER, member)
    forget(self, GROUP, found)
    servers.stop(GROUP, found)
    return answer(GROUP, found | {"Status": "deleting"})
