"""Tests of policy.rules.eks."""

import pytest

from policy.rules.eks import eks_version_supported, eks_workload_identity
from policy.testing import check, check_stack, resource, stack

CLUSTER = {
    "roleArn": "arn:aws:iam::1:role/eks",
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": False},
    "version": "1.34",
    "encryptionConfig": {"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:::key/a"}},
}
NODES = {
    "clusterName": "shop",
    "nodeRoleArn": "arn:aws:iam::1:role/nodes",
    "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 4},
    "subnetIds": ["subnet-1", "subnet-2"],
    "version": "1.34",
}
WHOLE_CLUSTER = {
    "name": "shop",
    "roleArn": "arn:aws:iam::1:role/eks",
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": False},
}


@pytest.mark.parametrize(
    ("typ", "whole"),
    [("aws:eks/cluster:Cluster", CLUSTER), ("aws:eks/nodeGroup:NodeGroup", NODES)],
)
def test_eks_version_supported(typ, whole):
    check(
        eks_version_supported,
        typ,
        whole,
        kept=[{"version": None}, {"version": "1.32"}, {"version": "2.0"}, {"version": "newest"}],
        broken=[{"version": "1.31"}, {"version": "1.9"}],
        unknown_at=["version"],
    )


def test_eks_workload_identity():
    issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"
    cluster = resource(
        "aws:eks/cluster:Cluster",
        "shop",
        WHOLE_CLUSTER | {"identities": [{"oidcs": [{"issuer": issuer}]}]},
    )
    association = resource(
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "pods",
        {
            "clusterName": "shop",
            "namespace": "orders",
            "serviceAccount": "orders",
            "roleArn": "arn:aws:iam::1:role/orders",
        },
    )
    provider = resource(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "oidc",
        {"url": issuer, "clientIdLists": ["sts.amazonaws.com"]},
    )
    check_stack(
        eks_workload_identity,
        kept=[stack(cluster, association), stack(cluster, provider)],
        broken=[stack(cluster)],
    )
