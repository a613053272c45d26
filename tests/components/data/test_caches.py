"""What the caches of services promise."""

from __future__ import annotations

import pytest

from components.args import InvalidArgError
from components.data.memcached_cache import MemcachedCache, MemcachedCacheArgs
from components.data.valkey_cache import ValkeyCache, ValkeyCacheArgs, ValkeyNodes
from tests.alarm_routing import ALARMS

SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
NODES = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
NETWORK = {
    "vpc_id": "vpc-1",
    "subnet_ids": ["a", "b"],
    "allowed_security_groups": {"orders": "sg-orders"},
    "alarms": ALARMS,
}
PAGES = {"identifier": "prod-orders-pages", **NETWORK}
CACHE = {"clusterId": "prod-orders-prices"}
BASE = {
    "engine": "valkey",
    "securityGroupIds": ["prices-group-id"],
    "kmsKeyId": "arn:key",
    "snapshotRetentionLimit": 1,
}


def _valkey(**changes):
    given = {"identifier": "prod-orders-prices", "key_arn": "arn:key", **NETWORK}
    return ValkeyCacheArgs(**{**given, **changes})


def _made(build, args):
    found = {}

    def program():
        cache = ValkeyCache("prices", args)
        found.update(cluster_mode=cache.cluster_mode, grants=cache.allow_connect())

    return build(program), found


def _registered(made, token):
    return next(outputs for urn, outputs in made.outputs.items() if f"{token}::" in urn)


def test_a_cache_without_nodes_is_serverless_encrypted_and_capped(build):
    made, found = _made(build, _valkey())

    assert made.one(SERVERLESS, "prices-cache").inputs == {
        **BASE,
        "name": "prod-orders-prices",
        "majorEngineVersion": "8",
        "description": "Serverless cache of prices",
        "cacheUsageLimits": {
            "dataStorage": {"maximum": 1, "unit": "GB"},
            "ecpuPerSeconds": [{"maximum": 5000}],
        },
        "userGroupId": "prod-orders-prices",
        "subnetIds": ["a", "b"],
        "dailySnapshotTime": "03:00",
    }
    assert not made.all(NODES)
    assert found["cluster_mode"] is True
    assert _registered(made, "bulkhead:data:ValkeyCache") == {
        "arn": "arn:aws:test:::prices-cache",
        "host": "prices-cache.cache.test",
        "port": 6379,
        "cluster_mode": True,
        "user_name": "prod-orders-prices",
    }


@pytest.mark.parametrize(
    ("nodes", "inputs", "host", "parameters"),
    [
        (
            ValkeyNodes(node_type="cache.t4g.small"),
            {"clusterMode": "disabled", "numCacheClusters": 2},
            "primary.prices-nodes.cache.test",
            {"maxmemory-policy": "allkeys-lru"},
        ),
        (
            ValkeyNodes(node_type="cache.m7g.large", shards=3, replicas=2),
            {"clusterMode": "enabled", "numNodeGroups": 3, "replicasPerNodeGroup": 2},
            "shards.prices-nodes.cache.test",
            {"maxmemory-policy": "allkeys-lru", "cluster-enabled": "yes"},
        ),
    ],
)
def test_nodes_take_tls_only_and_fail_over_to_another_zone(build, nodes, inputs, host, parameters):
    made, found = _made(build, _valkey(nodes=nodes))

    group = made.one(NODES, "prices-nodes")
    assert group.inputs == {
        **BASE,
        **inputs,
        "replicationGroupId": "prod-orders-prices",
        "engineVersion": "8.1",
        "description": "Nodes of prices",
        "nodeType": nodes.node_type,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "port": 6379,
        "parameterGroupName": "prices-parameters",
        "subnetGroupName": "prices-subnets",
        "userGroupIds": ["prod-orders-prices"],
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "autoMinorVersionUpgrade": True,
        "applyImmediately": True,
        "snapshotWindow": "03:00-04:00",
        "maintenanceWindow": "sun:04:30-sun:05:30",
    }
    [family] = made.all(PARAMETERS)
    assert family.inputs["family"] == "valkey8"
    assert {one["name"]: one["value"] for one in family.inputs["parameters"]} == parameters
    assert list(made.request(group).replaceOnChanges) == ["clusterMode"]
    assert found["cluster_mode"] is (nodes.shards > 1)
    assert _registered(made, "bulkhead:data:ValkeyCache")["host"] == host


def test_the_only_user_authenticates_with_iam_and_connects_to_this_cache_alone(build):
    made, found = _made(build, _valkey())

    [user] = made.all("aws:elasticache/user:User")
    [group] = made.all("aws:elasticache/userGroup:UserGroup")
    assert user.inputs == {
        "engine": "valkey",
        "userId": "prod-orders-prices",
        "userName": "prod-orders-prices",
        "accessString": "on ~* &* +@all -@admin -@dangerous",
        "authenticationMode": {"type": "iam"},
    }
    assert group.inputs == {
        "engine": "valkey",
        "userGroupId": "prod-orders-prices",
        "userIds": ["prod-orders-prices"],
    }
    [statement] = found["grants"]
    assert statement.actions == ["elasticache:Connect"]
    assert len(statement.resources) == 2


@pytest.mark.parametrize(
    ("program", "ports"),
    [
        (lambda: ValkeyCache("prices", _valkey()), (6379, 6380)),
        (
            lambda: ValkeyCache("prices", _valkey(nodes=ValkeyNodes(node_type="cache.t4g.small"))),
            (6379, 6379),
        ),
        (
            lambda: MemcachedCache("prices", MemcachedCacheArgs(**PAGES)),
            (11211, 11211),
        ),
    ],
)
def test_only_named_groups_connect(build, program, ports):
    made = build(program)

    [entry] = made.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    [way_out] = made.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert entry.inputs["referencedSecurityGroupId"] == "sg-orders"
    assert way_out.inputs["securityGroupId"] == "sg-orders"
    for rule in (entry, way_out):
        assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == ports


def test_a_memcached_cluster_takes_tls_only_and_spreads_its_nodes(build):
    made = build(lambda: MemcachedCache("prices", MemcachedCacheArgs(**PAGES)))

    assert made.one(CLUSTER, "prices-cluster").inputs == {
        "clusterId": "prod-orders-pages",
        "engine": "memcached",
        "engineVersion": "1.6.22",
        "nodeType": "cache.t4g.small",
        "numCacheNodes": 2,
        "azMode": "cross-az",
        "port": 11211,
        "subnetGroupName": "prices-subnets",
        "securityGroupIds": ["prices-group-id"],
        "transitEncryptionEnabled": True,
        "autoMinorVersionUpgrade": "true",
        "applyImmediately": True,
        "maintenanceWindow": "sun:04:30-sun:05:30",
    }
    assert _registered(made, "bulkhead:data:MemcachedCache") == {
        "host": "prices-cluster.cache.test",
        "port": 11211,
        "nodes": "0001.prices-cluster.cache.test:11211,0002.prices-cluster.cache.test:11211",
    }


@pytest.mark.parametrize(
    ("program", "alarms"),
    [
        (
            lambda: ValkeyCache("c", _valkey(max_storage_gb=10, max_ecpu_per_second=1000)),
            {
                "c-throttled": ("ThrottledCmds", CACHE, 0),
                "c-compute": ("ElastiCacheProcessingUnits", CACHE, 54_000),
                "c-storage": ("BytesUsedForCache", CACHE, 9_000_000_000),
                "c-connections": ("CurrConnections", CACHE, 58_500),
            },
        ),
        (
            lambda: ValkeyCache("c", _valkey(nodes=ValkeyNodes(node_type="cache.t4g.small"))),
            {
                "c-memory": (
                    "DatabaseMemoryUsagePercentage", {"ReplicationGroupId": "c-nodes"}, 90,
                ),
                "c-cpu": ("EngineCPUUtilization", {"ReplicationGroupId": "c-nodes"}, 90),
                "c-evictions": ("Evictions", {"ReplicationGroupId": "c-nodes"}, 0),
                "c-connections": ("CurrConnections", {"ReplicationGroupId": "c-nodes"}, 58_500),
            },
        ),
        (
            lambda: MemcachedCache("c", MemcachedCacheArgs(**PAGES, nodes=1)),
            {
                "c-cpu": ("CPUUtilization", {"CacheClusterId": "c-cluster"}, 90),
                "c-evictions": ("Evictions", {"CacheClusterId": "c-cluster"}, 0),
                "c-connections": ("CurrConnections", {"CacheClusterId": "c-cluster"}, 58_500),
            },
        ),
    ],
)  # fmt: skip
def test_a_cache_raises_an_alarm_before_it_is_full(build, program, alarms):
    made = build(program)

    assert {
        alarm.name: (
            alarm.inputs["metricName"], alarm.inputs["dimensions"], alarm.inputs["threshold"],
        )
        for alarm in made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    } == alarms  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: _valkey(max_storage_gb=0), "use 1 to 5000"),
        (lambda: _valkey(max_ecpu_per_second=999), "use 1000 to 15000000"),
        (lambda: _valkey(snapshot_days=0), "use 1 to 35"),
        (lambda: _valkey(identifier="a" * 41), "use at most 40 lower-case"),
        (lambda: _valkey(identifier="Orders"), "use at most 40 lower-case"),
        (lambda: MemcachedCacheArgs(**{**PAGES, "identifier": "1st"}), "use at most 50 lower-case"),
        (lambda: ValkeyNodes(node_type="cache.t4g.small", replicas=0), "use 1 to 5"),
        (lambda: ValkeyNodes(node_type="cache.t4g.small", shards=501), "use 1 to 500"),
        (
            lambda: MemcachedCacheArgs(**PAGES, nodes=41),
            "use 1 to 40",
        ),
    ],
)
def test_a_cache_that_elasticache_would_refuse_is_refused_at_once(wrong, told):
    with pytest.raises(InvalidArgError, match=told):
        wrong()
