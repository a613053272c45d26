"""Tests of policy.rules.dax."""

from policy.rules.dax import dax_three_nodes
from policy.testing import check, messages, resource

CLUSTER = "aws:dax/cluster:Cluster"
WHOLE = {
    "clusterName": "catalog",
    "nodeType": "dax.r5.large",
    "iamRoleArn": "arn:aws:iam::111122223333:role/dax",
    "replicationFactor": 3,
}


def test_dax_three_nodes():
    check(
        dax_three_nodes,
        CLUSTER,
        WHOLE,
        kept=[{"replicationFactor": 5}, {"replicationFactor": "3"}],
        broken=[{"replicationFactor": value} for value in (1, 2, None)],
        unknown_at=["replicationFactor"],
    )
    two = resource(CLUSTER, "catalog", WHOLE | {"replicationFactor": 2})
    assert not messages(dax_three_nodes, two, params={"minNodes": 2})
