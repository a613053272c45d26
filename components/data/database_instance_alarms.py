"""Alarms of a database instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.alarms import Alarm

if TYPE_CHECKING:
    import pulumi

GIBIBYTE = 1024**3
CPU_PERCENT = 90
FREE_STORAGE_SHARE = 0.1
REPLICA_LAG_SECONDS = 300


def instance_alarms(
    name: str, identifier: pulumi.Output[str], storage_gib: int
) -> dict[str, Alarm]:
    """Return the alarms of the instance of the database *name*."""
    return {
        "cpu": _alarm(
            f"The database {name} is busy: look for slow statements in its log",
            "CPUUtilization",
            identifier,
            CPU_PERCENT,
        ),
        "storage": _alarm(
            f"The database {name} has little storage left, although it grows by itself",
            "FreeStorageSpace",
            identifier,
            storage_gib * FREE_STORAGE_SHARE * GIBIBYTE,
            below=True,
        ),
        "memory": _alarm(
            f"The database {name} runs out of memory: look for connections left open",
            "FreeableMemory",
            identifier,
            GIBIBYTE / 4,
            below=True,
        ),
    }


def replica_alarm(name: str, identifier: pulumi.Output[str]) -> Alarm:
    """Return the alarm of a replica that falls behind the database *name*."""
    return _alarm(
        f"A replica of {name} answers with old data: look for long transactions",
        "ReplicaLag",
        identifier,
        REPLICA_LAG_SECONDS,
    )


def _alarm(
    description: str,
    metric: str,
    identifier: pulumi.Output[str],
    threshold: float,
    *,
    below: bool = False,
) -> Alarm:
    return Alarm(
        description=description,
        namespace="AWS/RDS",
        metric=metric,
        dimensions={"DBInstanceIdentifier": identifier},
        threshold=threshold,
        statistic="Minimum" if below else "Average",
        periods=5,
        comparison="LessThanThreshold" if below else "GreaterThanThreshold",
    )
