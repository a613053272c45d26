"""Tests of policy.rules.eks."""

import pytest

from policy.rules.eks import (
    eks_access_entries,
    eks_endpoint_not_open,
    eks_nodes_no_open_ssh,
    eks_secrets_own_key,
    eks_version_supported,
    eks_workload_identity,
)
from policy.testing import check, check_stack, resource, stack, unknown

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


def test_eks_secrets_own_key():
    config = CLUSTER["encryptionConfig"]
    check(
        eks_secrets_own_key,
        "aws:eks/cluster:Cluster",
        CLUSTER,
        kept=[{"encryptionConfig": config | {"provider": {"keyArn": unknown}}}],
        broken=[
            {"encryptionConfig": None},
            {"encryptionConfig": config | {"resources": []}},
            {"encryptionConfig": {"resources": ["secrets"]}},
        ],
        unknown_at=["encryptionConfig"],
    )


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


def test_eks_access_entries():
    check(
        eks_access_entries,
        "aws:eks/cluster:Cluster",
        WHOLE_CLUSTER | {"accessConfig": {"authenticationMode": "API"}},
        broken=[
            {"accessConfig": None},
            {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}},
        ],
        unknown_at=["accessConfig"],
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


def test_eks_endpoint_not_open():
    private = {"subnetIds": ["a", "b"], "endpointPublicAccess": False}
    named = {"subnetIds": ["a", "b"], "publicAccessCidrs": ["203.0.113.0/24"]}
    check(
        eks_endpoint_not_open,
        "aws:eks/cluster:Cluster",
        {"roleArn": "arn:aws:iam::1:role/eks", "vpcConfig": private},
        kept=[
            {"vpcConfig": named},
            {"vpcConfig": private | {"endpointPublicAccess": unknown}},
            {"vpcConfig": named | {"publicAccessCidrs": unknown}},
        ],
        broken=[
            {"vpcConfig": {"subnetIds": ["a", "b"]}},
            {"vpcConfig": named | {"publicAccessCidrs": [unknown, "0.0.0.0/0"]}},
            {"vpcConfig": named | {"publicAccessCidrs": []}},
        ],
        unknown_at=["vpcConfig"],
    )


def test_eks_nodes_no_open_ssh():
    check(
        eks_nodes_no_open_ssh,
        "aws:eks/nodeGroup:NodeGroup",
        {
            "clusterName": "shop",
            "nodeRoleArn": "arn:aws:iam::1:role/nodes",
            "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 4},
            "subnetIds": ["a"],
            "remoteAccess": {"ec2SshKey": "ops", "sourceSecurityGroupIds": ["sg-1"]},
        },
        kept=[{"remoteAccess": None}],
        broken=[{"remoteAccess": {"ec2SshKey": "ops"}}],
        unknown_at=["remoteAccess"],
    )
