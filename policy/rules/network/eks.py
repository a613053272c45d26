"""Rules on how clusters and their nodes are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.network import is_anywhere
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, as_list, is_false, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

API = "aws:apigatewayv2/api:Api"
EKS_CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


@rule(
    EKS_CLUSTER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="The API of a cluster gives out everything in it; the internet need not even see it.",
    references=(
        "FSBP EKS.1",
        "Config eks-endpoint-no-public-access",
        "Checkov CKV_AWS_38",
        "Checkov CKV_AWS_39",
        "cdk-nag AwsSolutions-EKS1",
    ),
)
def eks_endpoint_not_open(cluster: Resource) -> Iterator[str]:
    """Cluster endpoints must be private, or open to named addresses only."""
    public = cluster.get("vpcConfig.endpointPublicAccess")
    if public is UNKNOWN or is_false(public):
        return
    allowed = cluster.get("vpcConfig.publicAccessCidrs")
    if is_missing(allowed) or any(is_anywhere(one) for one in as_list(allowed)):
        yield (
            f"The cluster '{cluster.name}' must not be open to the internet: set"
            " vpc_config.endpoint_public_access=False, or name CIDRs in"
            " vpc_config.public_access_cidrs."
        )


@rule(
    NODE_GROUP,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="AWS opens port 22 of the nodes to the world where nobody names who may come in.",
    references=("Checkov CKV_AWS_100",),
)
def eks_nodes_no_open_ssh(nodes: Resource) -> Iterator[str]:
    """Node groups with SSH keys must name who may use them."""
    with_key = not nodes.is_missing("remoteAccess.ec2SshKey")
    if with_key and nodes.is_missing("remoteAccess.sourceSecurityGroupIds"):
        yield (
            f"The node group '{nodes.name}' must name who may reach SSH: set"
            " remote_access.source_security_group_ids, or remove remote_access.ec2_ssh_key."
        )
