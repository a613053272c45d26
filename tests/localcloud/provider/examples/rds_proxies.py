"""Examples of RDS Proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP, VPC, another, two_subnets
from tests.localcloud.provider.examples.rds import CLUSTER

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

PROXY = "aws:rds/proxy:Proxy"
SECRET = "aws:secretsmanager/secret:Secret"
ROLE = "aws:iam/role:Role"


def secret_auth(stage: Stage, **more: str) -> dict[str, str]:
    return {
        "authScheme": "SECRETS",
        "iamAuth": "DISABLED",
        "secretArn": stage.make(SECRET)["arn"],
        **more,
    }


def proxy(stage: Stage) -> dict:
    return {
        "engineFamily": "POSTGRESQL",
        "requireTls": True,
        "roleArn": stage.make(ROLE)["arn"],
        "auths": [secret_auth(stage)],
        "vpcSubnetIds": two_subnets(stage),
        "vpcSecurityGroupIds": [stage.make(GROUP)["id"]],
        "tags": {"kind": "example"},
    }


EXAMPLES = (
    Example(
        type=PROXY,
        inputs=proxy,
        outputs={"engineFamily": "POSTGRESQL", "requireTls": True, "idleClientTimeout": 1800},
        update={"idleClientTimeout": 600, "debugLogging": True, "tags": {"kind": "changed"}},
        optional=lambda _: {"debugLogging": True, "idleClientTimeout": 600},
        values=lambda stage: {
            "auths": [secret_auth(stage, iamAuth="REQUIRED")],
            "defaultAuthScheme": "IAM_AUTH",
            "name": f"proxy-{stage.number()}",
            "requireTls": False,
            "roleArn": "arn:aws:iam::000000000000:role/another",
            "vpcSecurityGroupIds": [another(stage, GROUP, {"vpcId": stage.make(VPC)["id"]})],
        },
        kept="auths defaultAuthScheme idleClientTimeout vpcSecurityGroupIds",
        bad={
            "auths": [],
            "engineFamily": "ORACLE",
            "idleClientTimeout": 99_999,
            "name": "No_Good",
        },
    ),
    Example(
        type="aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        inputs=lambda stage: {
            "dbProxyName": stage.make(PROXY)["name"],
            "connectionPoolConfig": {"maxConnectionsPercent": 80, "maxIdleConnectionsPercent": 40},
        },
        outputs={"name": "default"},
        update={
            "connectionPoolConfig": {
                "connectionBorrowTimeout": 30,
                "initQuery": "SET application_name = 'example'",
                "maxConnectionsPercent": 70,
                "maxIdleConnectionsPercent": 20,
                "sessionPinningFilters": ["EXCLUDE_VARIABLE_SETS"],
            }
        },
        kept="connectionPoolConfig",
        bad={
            "connectionPoolConfig": {
                "maxConnectionsPercent": 10,
                "maxIdleConnectionsPercent": 20,
            }
        },
        lasting="it lives as long as its proxy",
    ),
    Example(
        type="aws:rds/proxyTarget:ProxyTarget",
        inputs=lambda stage: {
            "dbProxyName": another(stage, PROXY, proxy(stage)),  # a proxy has one target
            "dbClusterIdentifier": stage.make(CLUSTER)["clusterIdentifier"],
            "targetGroupName": "default",
        },
        outputs={"type": "TRACKED_CLUSTER", "port": 5432},
        bad={"dbInstanceIdentifier": "both"},
    ),
    Example(
        type="aws:rds/proxyEndpoint:ProxyEndpoint",
        inputs=lambda stage: {
            "dbProxyName": stage.make(PROXY)["name"],
            "dbProxyEndpointName": f"reader-{stage.number()}",
            "targetRole": "READ_ONLY",
            "vpcSubnetIds": two_subnets(stage),
            "tags": {"kind": "example"},
        },
        outputs={"isDefault": False, "targetRole": "READ_ONLY"},
        update={"tags": {"kind": "changed"}},
        values=lambda stage: {
            "vpcSecurityGroupIds": [another(stage, GROUP, {"vpcId": stage.make(VPC)["id"]})]
        },
        kept="vpcSecurityGroupIds",
        bad={"dbProxyEndpointName": "No_Good", "targetRole": "WRITE"},
    ),
)
