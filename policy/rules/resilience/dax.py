"""Rules on caches before tables that lose a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, When, rule
from policy.engine.values import UNKNOWN, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

CLUSTER = "aws:dax/cluster:Cluster"


@rule(
    CLUSTER,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="With fewer nodes, the loss of one sends to the table what the cache kept from it.",
    params={"minNodes": 3},
)
def dax_three_nodes(cluster: Resource) -> Iterator[str]:
    """DAX clusters must have three nodes or more."""
    count, least = cluster.get("replicationFactor"), cluster.params["minNodes"]
    if count is not UNKNOWN and (number(count) or 0) < least:
        yield (
            f"The DAX cluster '{cluster.name}' must survive the loss of a node: set"
            f" replication_factor to {least:.0f} or more."
        )
