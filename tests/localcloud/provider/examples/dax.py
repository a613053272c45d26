"""Examples of DAX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP, SUBNET, another, subnet, two_subnets

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

CLUSTER = "aws:dax/cluster:Cluster"
SUBNETS = "aws:dax/subnetGroup:SubnetGroup"
PARAMETERS = "aws:dax/parameterGroup:ParameterGroup"


def cluster(stage: Stage) -> dict:
    return {
        "clusterName": f"dax-{stage.number()}",
        "nodeType": "dax.t3.small",
        "replicationFactor": 3,
        "iamRoleArn": "arn:aws:iam::000000000000:role/dax",
        "subnetGroupName": stage.make(SUBNETS)["name"],
        "securityGroupIds": [stage.make(GROUP)["id"]],
        "serverSideEncryption": {"enabled": True},
        "clusterEndpointEncryptionType": "TLS",
        "tags": {"kind": "example"},
    }


EXAMPLES = (
    Example(
        type=SUBNETS,
        inputs=lambda stage: {"subnetIds": two_subnets(stage)},
        update={"description": "Changed"},
        optional=lambda _: {"description": "Changed"},
        values=lambda stage: {
            "subnetIds": [*two_subnets(stage), another(stage, SUBNET, subnet(stage, "eu-west-1c"))]
        },
        bad={"name": "No_Good"},
    ),
    Example(
        type=PARAMETERS,
        inputs=lambda _: {"parameters": [{"name": "query-ttl-millis", "value": "60000"}]},
        update={"parameters": [{"name": "query-ttl-millis", "value": "30000"}]},
        bad={"name": "No_Good"},
    ),
    Example(
        type=CLUSTER,
        inputs=cluster,
        outputs={"port": 9111},
        update={"replicationFactor": 4, "description": "Changed", "tags": {"kind": "changed"}},
        optional=lambda _: {"description": "Changed"},
        values=lambda stage: {
            "maintenanceWindow": "sun:05:00-sun:09:00",
            "notificationTopicArn": "arn:aws:sns:eu-west-1:000000000000:changed",
            "parameterGroupName": stage.make(PARAMETERS)["name"],
            "replicationFactor": 2,
        },
        bad={"clusterName": "No_Good", "nodeType": "cache.t3.small", "replicationFactor": 12},
    ),
)
