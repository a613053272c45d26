"""Rules on the tags of snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"


@rule(
    INSTANCE,
    CLUSTER,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A snapshot without tags is found by nobody who asks what a service keeps, or costs.",
    references=("FSBP RDS.16", "FSBP RDS.17", "Checkov CKV_AWS_313", "Checkov CKV2_AWS_60"),
    remediation="Set copy_tags_to_snapshot to True.",
    remediate=lambda _: {"copyTagsToSnapshot": True},
)
def rds_tags_on_snapshots(database: Resource) -> Iterator[str]:
    """Databases must hand their tags on to their snapshots."""
    copies = database.get("copyTagsToSnapshot")
    if copies is not UNKNOWN and not is_true(copies):
        yield (
            f"The database '{database.name}' must hand its tags on: set copy_tags_to_snapshot=True."
        )
