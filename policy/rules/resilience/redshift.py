"""Rules on warehouses that have to survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

CLUSTER = "aws:redshift/cluster:Cluster"


@rule(
    CLUSTER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Many a mistake is found after days; a snapshot of yesterday holds it already.",
    params={"minDays": 7},
    references=("FSBP Redshift.3", "Config redshift-backup-enabled", "Checkov CKV_AWS_343"),
    remediation="Raise automated_snapshot_retention_period to the least number of days.",
    remediate=lambda cluster: {"automatedSnapshotRetentionPeriod": cluster.params["minDays"]},
)
def redshift_snapshot_retention(cluster: Resource) -> Iterator[str]:
    """Warehouses must keep their snapshots for a week or more."""
    days, least = cluster.get("automatedSnapshotRetentionPeriod"), cluster.params["minDays"]
    kept = number(days)
    if days is not UNKNOWN and (1 if kept is None else kept) < least:
        yield (
            f"The warehouse '{cluster.name}' must keep its snapshots: set"
            f" automated_snapshot_retention_period to {least:.0f} or more."
        )
