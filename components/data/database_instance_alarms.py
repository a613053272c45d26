"""Alarms of a database instance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from components.alarm_kinds import AlarmKind
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
    dimensions = {"DBInstanceIdentifier": identifier}
    return {
        "cpu": _above(
            description=f"The database {name} is busy: look for slow statements in its log",
            metric="CPUUtilization",
            dimensions=dimensions,
            threshold=CPU_PERCENT,
        ),
        "storage": _below(
            kind=AlarmKind.DATABASE_STORAGE,
            description=f"The database {name} has little storage left, although it grows by itself",
            metric="FreeStorageSpace",
            dimensions=dimensions,
            threshold=storage_gib * FREE_STORAGE_SHARE * GIBIBYTE,
        ),
        "memory": _below(
            description=f"The database {name} runs out of memory: look for connections left open",
            metric="FreeableMemory",
            dimensions=dimensions,
            threshold=GIBIBYTE / 4,
        ),
    }


def replica_alarm(name: str, identifier: pulumi.Output[str]) -> Alarm:
    """Return the alarm of a replica that falls behind the database *name*."""
    return _above(
        description=f"A replica of {name} answers with old data: look for long transactions",
        metric="ReplicaLag",
        dimensions={"DBInstanceIdentifier": identifier},
        threshold=REPLICA_LAG_SECONDS,
    )


_above = partial(
    Alarm, kind=AlarmKind.DATABASE_BUSY, namespace="AWS/RDS", statistic="Average", periods=5
)
_below = partial(_above, statistic="Minimum", comparison="LessThanThreshold")
