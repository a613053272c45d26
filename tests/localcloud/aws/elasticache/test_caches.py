"""Caches of ElastiCache, served by Valkey and Memcached."""

from __future__ import annotations

import shutil
import socket
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import valkey
from botocore.exceptions import ClientError
from valkey import exceptions
from valkey.cluster import ValkeyCluster

from localcloud.engines.catalog import ENGINES

if TYPE_CHECKING:
    from tests.localcloud.aws.control_process import ControlProcess

needs_memcached = pytest.mark.skipif(shutil.which("memcached") is None, reason="no memcached")


def fresh(word: str) -> str:
    return f"{word}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def elasticache(cloud: ControlProcess) -> Any:
    return cloud.client("elasticache")


def with_user(elasticache: Any, access: str = "on ~* +@all -@dangerous") -> str:
    """Create a user with IAM authentication, and its group of the same name."""
    name = fresh("app")
    mode = {"Type": "iam"}
    elasticache.create_user(
        UserId=name, UserName=name, Engine="valkey", AccessString=access, AuthenticationMode=mode
    )
    elasticache.create_user_group(UserGroupId=name, Engine="valkey", UserIds=[name])
    return name


def serverless(elasticache: Any, user: str) -> dict[str, Any]:
    return elasticache.create_serverless_cache(
        ServerlessCacheName=fresh("cache"), Engine="valkey", UserGroupId=user
    )["ServerlessCache"]


def connect(cache: dict[str, Any], user: str | None, kind: type = ValkeyCluster) -> Any:
    where = {"host": cache["Endpoint"]["Address"], "port": cache["Endpoint"]["Port"]}
    who = {} if user is None else {"username": user, "password": "any token"}
    return kind(**where, **who, socket_timeout=5)


def test_a_restart_keeps_a_cache_its_address_and_its_users(cloud, elasticache):
    user = with_user(elasticache)
    name = serverless(elasticache, user)["ServerlessCacheName"]
    [before] = elasticache.describe_serverless_caches(ServerlessCacheName=name)["ServerlessCaches"]

    cloud.restart_after_kill()

    [after] = elasticache.describe_serverless_caches(ServerlessCacheName=name)["ServerlessCaches"]
    assert after == before
    assert eventually(lambda: connect(after, user).set("a", "x"))


def eventually(ask: Any, seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (exceptions.ValkeyError, exceptions.ValkeyClusterException):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_serverless_cache_is_a_cluster_for_its_user_alone(elasticache):
    user = with_user(elasticache)

    cache = serverless(elasticache, user)

    client = connect(cache, user)
    assert client.set("{a}1", "x")
    assert client.get("{a}1") == b"x"
    assert cache["Status"] == "available"
    assert cache["ReaderEndpoint"] == cache["Endpoint"]
    with pytest.raises(exceptions.NoPermissionError):
        client.execute_command("FLUSHALL", target_nodes=ValkeyCluster.PRIMARIES)
    with pytest.raises(exceptions.AuthenticationError):
        connect(cache, None, valkey.Valkey).ping()
    client.close()


def test_a_changed_user_has_its_new_access_at_once(elasticache):
    user = with_user(elasticache)
    cache = serverless(elasticache, user)

    elasticache.modify_user(UserId=user, AccessString="on ~app:* +@all")

    client = connect(cache, user)
    assert client.set("app:1", "x")
    with pytest.raises(exceptions.NoPermissionError):
        client.set("other", "x")
    client.close()


@pytest.mark.parametrize(
    ("settings", "cluster"),
    [
        ({"NumCacheClusters": 2}, False),
        ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1, "ClusterMode": "enabled"}, True),
    ],
)
def test_nodes_are_a_cluster_if_there_are_shards(elasticache, settings, cluster):
    group = elasticache.create_replication_group(
        ReplicationGroupId=fresh("nodes"),
        ReplicationGroupDescription="Nodes",
        Engine="valkey",
        CacheNodeType="cache.t4g.small",
        AutomaticFailoverEnabled=True,
        TransitEncryptionEnabled=True,
        AuthToken="0123456789abcdef",
        **settings,
    )["ReplicationGroup"]

    shards = group["NodeGroups"]
    endpoint = group.get("ConfigurationEndpoint") or shards[0]["PrimaryEndpoint"]
    client = valkey.Valkey(
        host=endpoint["Address"], port=endpoint["Port"], password="0123456789abcdef"
    )
    facts: Any = client.info("cluster")
    assert facts["cluster_enabled"] == int(cluster)
    assert client.set("a", "x")
    assert len(group["MemberClusters"]) == (4 if cluster else 2)
    assert [one.get("Slots") for one in shards] == (["0-8191", "8192-16383"] if cluster else [None])
    with pytest.raises(exceptions.AuthenticationError):
        valkey.Valkey(host=endpoint["Address"], port=endpoint["Port"]).ping()
    client.close()


def test_a_deleted_cache_has_no_server(elasticache):
    user = with_user(elasticache)
    cache = serverless(elasticache, user)

    elasticache.delete_serverless_cache(ServerlessCacheName=cache["ServerlessCacheName"])

    with pytest.raises(exceptions.ConnectionError):
        connect(cache, user, valkey.Valkey).ping()
    elasticache.delete_user_group(UserGroupId=user)


def test_each_node_of_memcached_has_an_address(elasticache):
    name = fresh("pages")

    elasticache.create_cache_cluster(
        CacheClusterId=name, Engine="memcached", CacheNodeType="cache.t4g.small", NumCacheNodes=2
    )

    [found] = elasticache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)[
        "CacheClusters"
    ]
    addresses = [one["Endpoint"] for one in found["CacheNodes"]]
    assert [one["CacheNodeId"] for one in found["CacheNodes"]] == ["0001", "0002"]
    assert len({one["Port"] for one in addresses}) == 2
    assert found["ConfigurationEndpoint"] == addresses[0]
    elasticache.delete_cache_cluster(CacheClusterId=name)


@needs_memcached
def test_a_node_of_memcached_keeps_items(elasticache):
    name = fresh("pages")
    elasticache.create_cache_cluster(
        CacheClusterId=name, Engine="memcached", CacheNodeType="cache.t4g.small", NumCacheNodes=1
    )
    [found] = elasticache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)[
        "CacheClusters"
    ]
    endpoint = found["CacheNodes"][0]["Endpoint"]

    with socket.create_connection((endpoint["Address"], endpoint["Port"])) as node:
        node.sendall(b"set a 0 0 1\r\nx\r\nget a\r\nquit\r\n")
        answers = b"".join(iter(lambda: node.recv(4096), b""))

    assert answers == b"STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n"
    elasticache.delete_cache_cluster(CacheClusterId=name)


GROUP = {
    "ReplicationGroupId": "no-group",
    "ReplicationGroupDescription": "Nodes",
    "Engine": "valkey",
    "CacheNodeType": "cache.t4g.small",
}
WRONG = {
    "a missing cache": (
        "describe_serverless_caches", {"ServerlessCacheName": "none"},
        "ServerlessCacheNotFoundFault"),
    "a missing user": (
        "create_user_group", {"UserGroupId": "g", "Engine": "valkey", "UserIds": ["none"]},
        "UserNotFound"),
    "Redis OSS without a default user": (
        "create_user_group", {"UserGroupId": "g", "Engine": "redis"}, "DefaultUserRequired"),
    "a user of another name": (
        "create_user",
        {"UserId": "a", "UserName": "b", "Engine": "valkey", "AccessString": "on",
         "AuthenticationMode": {"Type": "iam"}}, "InvalidParameterCombination"),
    "a short password": (
        "create_user", {"UserId": "a", "UserName": "a", "Engine": "valkey", "AccessString": "on",
                        "Passwords": ["short"]}, "InvalidParameterValue"),
    "a user without authentication": (
        "create_user", {"UserId": "a", "UserName": "a", "Engine": "valkey", "AccessString": "on"},
        "InvalidParameterValue"),
    "an unknown major version": (
        "create_serverless_cache",
        {"ServerlessCacheName": "a", "Engine": "valkey", "MajorEngineVersion": "5"},
        "InvalidParameterValue"),
    "a family without version": (
        "create_cache_parameter_group",
        {"CacheParameterGroupName": "a", "CacheParameterGroupFamily": "valkey", "Description": ""},
        "InvalidParameterValue"),
    "an unknown subnet": (
        "create_cache_subnet_group",
        {"CacheSubnetGroupName": "a", "CacheSubnetGroupDescription": "", "SubnetIds": ["subnet-1"]},
        "InvalidSubnet"),
    "failover without a replica": (
        "create_replication_group", {**GROUP, "AutomaticFailoverEnabled": True},
        "InvalidParameterCombination"),
    "users without TLS": (
        "create_replication_group", {**GROUP, "AuthToken": "0123456789abcdef"},
        "InvalidParameterCombination"),
    "shards without failover": (
        "create_replication_group", {**GROUP, "NumNodeGroups": 2}, "InvalidParameterCombination"),
    "shards with parameters of one": (
        "create_replication_group",
        {**GROUP, "NumNodeGroups": 2, "CacheParameterGroupName": "default.valkey8"},
        "InvalidParameterCombination"),
    "too many nodes": (
        "create_cache_cluster",
        {"CacheClusterId": "a", "Engine": "memcached", "CacheNodeType": "cache.t4g.small",
         "NumCacheNodes": 41}, "InvalidParameterValue"),
    "tags of nothing": (
        "list_tags_for_resource", {"ResourceName": "arn:aws:elasticache:eu-west-1:0:user:none"},
        "InvalidARN"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_requests_are_refused_with_the_codes_of_the_api(elasticache, wrong):
    operation, members, code = WRONG[wrong]

    with pytest.raises(ClientError) as refused:
        getattr(elasticache, operation)(**members)

    assert refused.value.response["Error"]["Code"] == code


def test_a_failover_makes_the_replica_the_primary(elasticache):
    group = elasticache.create_replication_group(
        **{**GROUP, "ReplicationGroupId": fresh("nodes")},
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
    )["ReplicationGroup"]

    after = elasticache.test_failover(
        ReplicationGroupId=group["ReplicationGroupId"], NodeGroupId="0001"
    )["ReplicationGroup"]

    roles = [one["CurrentRole"] for one in after["NodeGroups"][0]["NodeGroupMembers"]]
    assert roles == ["replica", "primary"]


def test_valkey_is_served_here():
    assert ENGINES["valkey"].find() is not None
