"""Tests of policy.rules.eks."""

from policy.rules.eks import eks_control_plane_logs, eks_logs_shipped
from policy.testing import check, check_stack, resource, stack, unknown

CLUSTER = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"
ALL = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
WHOLE = {
    "name": "shop",
    "roleArn": "arn:aws:iam::1:role/eks",
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": False},
    "enabledClusterLogTypes": ALL,
}


def test_eks_control_plane_logs():
    check(
        eks_control_plane_logs,
        CLUSTER,
        WHOLE,
        kept=[{"enabledClusterLogTypes": ["api", unknown]}],
        broken=[{"enabledClusterLogTypes": None}, {"enabledClusterLogTypes": ["api", "audit"]}],
        unknown_at=["enabledClusterLogTypes"],
    )
    cluster = resource(CLUSTER, "shop", {})
    cluster.params = eks_control_plane_logs.params
    assert eks_control_plane_logs.remediate(cluster) == {"enabledClusterLogTypes": ALL}


def test_eks_logs_shipped():
    cluster = resource(CLUSTER, "shop", WHOLE)

    def program(addon):
        props = {"clusterName": unknown, "addonName": addon}
        return stack(
            cluster,
            resource(ADDON, "logs", props),
            property_dependencies={"logs": {"clusterName": [cluster]}},
        )

    check_stack(
        eks_logs_shipped,
        kept=[
            program("amazon-cloudwatch-observability"),
            program(unknown),
            stack(
                cluster, resource(ADDON, "l", {"clusterName": "shop", "addonName": "fluent-bit"})
            ),
        ],
        broken=[stack(cluster), program("vpc-cni")],
    )
