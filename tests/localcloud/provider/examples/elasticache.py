"""Examples of caches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP, SUBNET, another, subnet, two_subnets

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
USER = "aws:elasticache/user:User"
USERS = "aws:elasticache/userGroup:UserGroup"
NODES = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
LIMITS = {"dataStorage": {"maximum": 10, "unit": "GB"}, "ecpuPerSeconds": [{"maximum": 5000}]}
WINDOWS = {"maintenanceWindow": "sun:07:00-sun:08:00", "snapshotWindow": "03:00-04:00"}


def user(stage: Stage) -> dict:
    name = f"app-{stage.number()}"
    return {
        "engine": "valkey",
        "userId": name,
        "userName": name,
        "accessString": "on ~* +@all",
        "authenticationMode": {"type": "iam"},
        "tags": {"kind": "example"},
    }


def default_user(stage: Stage) -> dict:
    return {
        "engine": "redis",
        "userId": f"default-{stage.number()}",
        "userName": "default",
        "accessString": "off",
        "noPasswordRequired": True,
    }


def users(stage: Stage) -> dict:
    return {
        "engine": "valkey",
        "userGroupId": f"apps-{stage.number()}",
        "userIds": [stage.make(USER)["userId"]],
        "tags": {"kind": "example"},
    }


def nodes(stage: Stage) -> dict:
    return {
        "description": "Nodes",
        "engine": "valkey",
        "engineVersion": "8.0",
        "nodeType": "cache.t4g.small",
        "numCacheClusters": 2,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "subnetGroupName": stage.make(SUBNETS)["name"],
        "securityGroupIds": [stage.make(GROUP)["id"]],
        "userGroupIds": [stage.make(USERS)["userGroupId"]],
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "snapshotRetentionLimit": 1,
        "applyImmediately": True,
        "tags": {"kind": "example"},
    }


EXAMPLES = (
    Example(
        type=SUBNETS,
        inputs=lambda stage: {"subnetIds": two_subnets(stage), "tags": {"kind": "example"}},
        outputs={"description": "Managed by Pulumi"},
        update={"description": "Changed", "tags": {"kind": "changed"}},
        optional=lambda _: {"description": "Changed"},
        values=lambda stage: {
            "subnetIds": [*two_subnets(stage), another(stage, SUBNET, subnet(stage, "eu-west-1c"))]
        },
        bad={"name": "No_Good"},
    ),
    Example(
        type=PARAMETERS,
        inputs=lambda _: {
            "family": "valkey8",
            "parameters": [{"name": "maxmemory-policy", "value": "allkeys-lru"}],
            "tags": {"kind": "example"},
        },
        update={
            "parameters": [
                {"name": "maxmemory-policy", "value": "volatile-lru"},
                {"name": "timeout", "value": "300"},
            ],
            "tags": {"kind": "changed"},
        },
        bad={"name": "No_Good", "family": "valkey"},
    ),
    Example(
        type=USER,
        inputs=user,
        update={"accessString": "on ~app:* +@read", "tags": {"kind": "changed"}},
        values=lambda _: {
            "engine": "redis",
            "authenticationMode": {"type": "no-password-required"},
        },
        kept="authenticationMode",
        bad={
            "engine": "memcached", "userId": "no good",
            "authenticationMode": {"type": "none"},
        },
    ),
    Example(
        type=USER,
        variant="password",
        inputs=lambda stage: {
            **{key: value for key, value in user(stage).items() if key != "authenticationMode"},
            "passwords": ["0123456789abcdef"],
        },
        values=lambda _: {"passwords": ["0123456789abcdef", "fedcba9876543210"]},
        kept="passwords",
    ),
    Example(
        type=USER,
        variant="mode",
        inputs=lambda stage: {
            **user(stage),
            "authenticationMode": {"type": "password", "passwords": ["0123456789abcdef"]},
        },
        values=lambda _: {"accessString": "off"},
    ),
    Example(
        type=USER,
        variant="open",
        inputs=lambda stage: {
            **{key: value for key, value in user(stage).items() if key != "authenticationMode"},
            "noPasswordRequired": True,
        },
        values=lambda _: {"noPasswordRequired": False, "passwords": ["0123456789abcdef"]},
        together=("noPasswordRequired passwords",),
    ),
    Example(
        type=USERS,
        inputs=users,
        update={"tags": {"kind": "changed"}},
        values=lambda stage: {"userIds": [another(stage, USER, user(stage))]},
        kept="userIds",
        bad={"engine": "memcached", "userGroupId": "no good"},
    ),
    Example(
        type=USERS,
        variant="redis",
        inputs=lambda stage: {
            **users(stage),
            "engine": "redis",
            "userIds": [another(stage, USER, default_user(stage))],
        },
        values=lambda _: {"engine": "valkey"},
    ),
    Example(
        type=SERVERLESS,
        inputs=lambda stage: {
            "engine": "valkey",
            "majorEngineVersion": "8",
            "cacheUsageLimits": LIMITS,
            "userGroupId": stage.make(USERS)["userGroupId"],
            "subnetIds": two_subnets(stage),
            "securityGroupIds": [stage.make(GROUP)["id"]],
            "kmsKeyId": stage.make("aws:kms/key:Key")["arn"],
            "snapshotRetentionLimit": 1,
            "dailySnapshotTime": "03:00",
            "tags": {"kind": "example"},
        },
        outputs={"fullEngineVersion": "8.1", "status": "available"},
        update={
            "description": "Changed",
            "snapshotRetentionLimit": 7,
            "dailySnapshotTime": "04:00",
            "tags": {"kind": "changed"},
        },
        values=lambda stage: {
            "majorEngineVersion": "9",
            "userGroupId": another(stage, USERS, users(stage)),
            "cacheUsageLimits": {
                "dataStorage": {"maximum": 20, "minimum": 2, "unit": "GB"},
                "ecpuPerSeconds": [{"maximum": 9000, "minimum": 1000}],
            },
        },
        kept="cacheUsageLimits securityGroupIds dailySnapshotTime majorEngineVersion description",
        bad={
            "engine": "mysql", "name": "No_Good", "dailySnapshotTime": "25:00",
            "cacheUsageLimits": {"dataStorage": {"maximum": 5001, "unit": "GB"}},
        },
    ),
    Example(
        type=SERVERLESS,
        variant="redis",
        inputs=lambda _: {"engine": "redis", "majorEngineVersion": "7"},
        values=lambda _: {"engine": "valkey", "majorEngineVersion": "8"},
        together=("engine majorEngineVersion",),
    ),
    Example(
        type="aws:elasticache/cluster:Cluster",
        inputs=lambda stage: {
            "engine": "memcached",
            "engineVersion": "1.6.17",
            "nodeType": "cache.t4g.small",
            "numCacheNodes": 2,
            "azMode": "cross-az",
            "subnetGroupName": stage.make(SUBNETS)["name"],
            "securityGroupIds": [stage.make(GROUP)["id"]],
            "transitEncryptionEnabled": True,
            "tags": {"kind": "example"},
        },
        outputs={"availabilityZone": "Multiple", "parameterGroupName": "default.memcached1.6"},
        update={
            "engineVersion": "1.6.22",
            "nodeType": "cache.m7g.large",
            "numCacheNodes": 3,
            "tags": {"kind": "changed"},
        },
        values=lambda stage: {
            "autoMinorVersionUpgrade": "false",
            "azMode": "single-az",
            "maintenanceWindow": WINDOWS["maintenanceWindow"],
            "parameterGroupName": another(stage, PARAMETERS, {"family": "memcached1.6"}),
        },
        kept="engineVersion nodeType numCacheNodes azMode securityGroupIds",
        bad={"clusterId": "No_Good", "engine": "mysql", "nodeType": "t4g", "numCacheNodes": 41},
    ),
    Example(
        type="aws:elasticache/cluster:Cluster",
        variant="valkey",
        inputs=lambda _: {"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheNodes": 1},
        values=lambda _: {"snapshotRetentionLimit": 3, "snapshotWindow": "03:00-04:00"},
    ),
    Example(
        type=NODES,
        inputs=nodes,
        outputs={"clusterEnabled": False, "clusterMode": "disabled", "numNodeGroups": 1},
        update={
            "description": "Changed",
            "engineVersion": "8.1",
            "nodeType": "cache.m7g.large",
            "numCacheClusters": 3,
            "snapshotRetentionLimit": 7,
            "tags": {"kind": "changed"},
        },
        values=lambda stage: {
            **WINDOWS,
            "autoMinorVersionUpgrade": False,
            "automaticFailoverEnabled": False,
            "multiAzEnabled": False,
            "parameterGroupName": another(stage, PARAMETERS, {"family": "valkey8"}),
            "transitEncryptionMode": "preferred",
            "userGroupIds": [another(stage, USERS, users(stage))],
        },
        together=("automaticFailoverEnabled multiAzEnabled",),
        kept="engineVersion nodeType numCacheClusters transitEncryptionMode securityGroupIds",
        bad={
            "replicationGroupId": "No_Good", "nodeType": "t4g", "numCacheClusters": 7,
            "maintenanceWindow": "sunday", "engine": "memcached",
        },
    ),
)  # fmt: skip
SHARDED = replace(
    EXAMPLES[-1],
    variant="sharded",
    inputs=lambda stage: {
        **{key: value for key, value in nodes(stage).items() if key != "numCacheClusters"},
        "clusterMode": "enabled",
        "numNodeGroups": 2,
        "replicasPerNodeGroup": 1,
    },
    update={},
    values=lambda _: {"numNodeGroups": 3, "replicasPerNodeGroup": 2},
    kept="numNodeGroups replicasPerNodeGroup",
    together=(),
    bad={},
)
TOKEN = replace(
    SHARDED,
    variant="token",
    inputs=lambda stage: {
        key: value for key, value in nodes(stage).items() if key != "userGroupIds"
    },
    values=lambda _: {"authToken": "0123456789abcdef"},
    kept="",
)
EXAMPLES = (*EXAMPLES, SHARDED, TOKEN)
