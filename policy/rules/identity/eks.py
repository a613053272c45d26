"""Rules on who may use clusters, and what their pods may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.resource import values_at
from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

API = "aws:apigatewayv2/api:Api"
EKS_CLUSTER = "aws:eks/cluster:Cluster"
OPEN_ID_CONNECT_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
POD_IDENTITY_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@rule(
    EKS_CLUSTER,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Access entries are seen and changed by AWS's API; a config map by whoever reaches it.",
)
def eks_access_entries(cluster: Resource) -> Iterator[str]:
    """Clusters must give access by entries alone."""
    if cluster.get("accessConfig.authenticationMode") not in ("API", UNKNOWN):
        yield (
            f"The cluster '{cluster.name}' must give access by entries: set"
            ' access_config.authentication_mode="API".'
        )


@stack_rule(
    EKS_CLUSTER,
    POD_IDENTITY_ASSOCIATION,
    OPEN_ID_CONNECT_PROVIDER,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Pods that use the node's role all have the rights of all.",
)
def eks_workload_identity(stack: Stack) -> Iterator[Finding]:
    """Clusters must give their pods roles of their own."""
    for cluster in stack.of(EKS_CLUSTER):
        issuers = values_at(cluster.props, "identities.oidcs.issuer")
        by_issuer = any(
            one.get("url") in issuers or stack.joined(one, "url", cluster)
            for one in stack.of(OPEN_ID_CONNECT_PROVIDER)
        )
        if not by_issuer and stack.lacks(cluster, "clusterName", POD_IDENTITY_ASSOCIATION):
            yield Finding(
                f"The cluster '{cluster.name}' must give its pods roles: add an"
                " aws.eks.PodIdentityAssociation with its cluster_name.",
                cluster.urn,
            )
