"""Rules on Kubernetes clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

EKS_CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


@rule(
    EKS_CLUSTER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Only a key of one's own can be taken away from whoever copied the cluster's store.",
    references=(
        "FSBP EKS.3",
        "Config eks-cluster-secrets-encrypted",
        "Config eks-secrets-encrypted",
        "Checkov CKV_AWS_58",
    ),
)
def eks_secrets_own_key(cluster: Resource) -> Iterator[str]:
    """Clusters must encrypt their secrets with a key of the account."""
    config = cluster.get("encryptionConfig")
    resources = cluster.get("encryptionConfig.resources")
    known_without = resources is not UNKNOWN and "secrets" not in as_list(resources)
    if UNKNOWN in as_list(resources) or config is UNKNOWN:
        return
    if known_without or cluster.is_missing("encryptionConfig.provider.keyArn"):
        yield (
            f"The cluster '{cluster.name}' must encrypt its secrets with a key of its own: set"
            ' encryption_config with resources=["secrets"] and provider.key_arn.'
        )


@rule(
    EKS_CLUSTER,
    NODE_GROUP,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A version out of support gets no more fixes, and costs six times as much.",
    params={"minimum": "1.32"},
    references=(
        "FSBP EKS.2",
        "Config eks-cluster-supported-version",
        "Config eks-nodegroup-supported-version-check",
        "Checkov CKV_AWS_339",
    ),
)
def eks_version_supported(cluster: Resource) -> Iterator[str]:
    """Clusters and their nodes must run a supported version."""
    version = cluster.get("version")
    minimum = str(cluster.params["minimum"])
    if isinstance(version, str) and _is_older(version, minimum):
        yield (
            f"The cluster '{cluster.name}' must run a supported version: set version to {minimum}"
            " or later."
        )


def _is_older(version: str, minimum: str) -> bool:
    """Compare number by number; what is no version is not older."""
    try:
        found = [int(part) for part in version.split(".")]
        wanted = [int(part) for part in minimum.split(".")]
    except ValueError:
        return False
    return found < wanted
