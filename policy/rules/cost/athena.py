"""Rules on what queries cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

WORKGROUP = "aws:athena/workgroup:Workgroup"


@rule(
    WORKGROUP,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A query is paid for by the byte: one without a filter reads the whole lake.",
)
def athena_scan_limit(workgroup: Resource) -> Iterator[str]:
    """Workgroups must limit how much one query reads."""
    engine = workgroup.get("configuration.engineVersion.selectedEngineVersion")
    runs_spark = isinstance(engine, str) and "spark" in engine.lower()  # paid for by the hour
    if not runs_spark and workgroup.is_missing("configuration.bytesScannedCutoffPerQuery"):
        yield (
            f"The workgroup '{workgroup.name}' must limit what a query reads: set"
            " configuration.bytes_scanned_cutoff_per_query to 10485760 bytes or more."
        )
