"""Rules on what Kubernetes clusters write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

CLUSTER = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"


@rule(
    CLUSTER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Who asked the control plane for what is known only from its logs, which are off at first.",
    params={"required": ["api", "audit", "authenticator", "controllerManager", "scheduler"]},
    references=(
        "FSBP EKS.8",
        "Config eks-cluster-log-enabled",
        "Checkov CKV_AWS_37",
        "cdk-nag AwsSolutions-EKS2",
    ),
    remediation="Set enabled_cluster_log_types to all of the required ones.",
    remediate=lambda cluster: {"enabledClusterLogTypes": list(cluster.params["required"])},
)
def eks_control_plane_logs(cluster: Resource) -> Iterator[str]:
    """Kubernetes clusters must log what their control plane does."""
    types = cluster.get("enabledClusterLogTypes")
    found = as_list(types)
    lacking = [one for one in cluster.params["required"] if one not in found]
    if lacking and types is not UNKNOWN and UNKNOWN not in found:
        yield (
            f"The Kubernetes cluster '{cluster.name}' must log its control plane: add"
            f" {', '.join(lacking)} to enabled_cluster_log_types."
        )


@stack_rule(
    CLUSTER,
    ADDON,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="What a pod prints is lost with it, unless something carries it away.",
    params={"addons": ["amazon-cloudwatch-observability", "fluent-bit"]},
)
def eks_logs_shipped(stack: Stack) -> Iterator[Finding]:
    """Kubernetes clusters must send the logs of their pods somewhere."""
    addons = stack.params["addons"]

    def ships(addon: Resource) -> bool:
        return addon.get("addonName") in (*addons, UNKNOWN)

    for cluster in stack.of(CLUSTER):
        if stack.lacks(cluster, "clusterName", ADDON, where=ships):
            text = (
                f"The Kubernetes cluster '{cluster.name}' must send its pods' logs somewhere: add"
                f' an Addon with addon_name "{addons[0]}".'
            )
            yield Finding(text, cluster.urn)
