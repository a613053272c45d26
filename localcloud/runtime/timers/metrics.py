"""`AWS/Scheduler`: calls of the targets of schedules, by the group of the schedule."""

from __future__ import annotations

from localcloud.measurements import MEASUREMENTS

NAMESPACE = "AWS/Scheduler"


def attempted(schedule: str) -> None:
    """Count a call of the target of the schedule with this ARN."""
    _add(schedule, "InvocationAttemptCount")


def failed(schedule: str, *, throttled: bool) -> None:
    """Count a call that the target answered with an error."""
    _add(schedule, "TargetErrorThrottledCount" if throttled else "TargetErrorCount")


def dropped(schedule: str) -> None:
    """Count a call that was given up."""
    _add(schedule, "InvocationDroppedCount")


def to_dead_letters(schedule: str, *, sent: bool) -> None:
    """Count a call that went to the dead letters, or could not."""
    how = "SentTo" if sent else "FailedToBeSentTo"
    _add(schedule, f"Invocations{how}DeadLetterCount")


def _add(schedule: str, name: str) -> None:
    resource = schedule.split(":", 5)[5]  # schedule/<group>/<name>
    for dimensions in ({}, {"ScheduleGroup": resource.split("/")[1]}):
        MEASUREMENTS.add(NAMESPACE, name, dimensions=dimensions)
