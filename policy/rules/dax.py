"""Rules on DAX clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.requirement import require_value
from policy.engine.resource_types import DAX_CLUSTER
from policy.engine.rule import Concern, Level, Pack, Severity, When, rule
from policy.engine.values import UNKNOWN, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource


@require_value(
    DAX_CLUSTER,
    path="serverSideEncryption.enabled",
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="The cache stores copies of table data on disk.",
    references=(
        "FSBP DynamoDB.3",
        "Config dax-encryption-enabled",
        "Checkov CKV_AWS_47",
        "cdk-nag AwsSolutions-DDB4",
    ),
)
def dax_encrypted() -> None:
    """DAX clusters must be encrypted at rest."""


@require_value(
    DAX_CLUSTER,
    path="clusterEndpointEncryptionType",
    value="TLS",
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without TLS, traffic between the service and the cache can be read in transit.",
    references=("FSBP DynamoDB.7", "Config dax-tls-endpoint-encryption", "Checkov CKV_AWS_239"),
)
def dax_endpoint_tls() -> None:
    """DAX clusters must accept TLS connections only."""


@rule(
    DAX_CLUSTER,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="With fewer than three nodes, a node failure sends the cached load to the table.",
    params={"minNodes": 3},
)
def dax_three_nodes(cluster: Resource) -> Iterator[str]:
    """DAX clusters must have three nodes or more."""
    count, least = cluster.get("replicationFactor"), cluster.params["minNodes"]
    if count is not UNKNOWN and (number(count) or 0) < least:
        yield (
            f"The DAX cluster '{cluster.name}' must tolerate a node failure: set replication_factor"
            f" to {least:.0f} or more."
        )
