"""Rules on EventBridge Scheduler schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Concern, Level, Pack, Severity, When, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

SCHEDULE = "aws:scheduler/schedule:Schedule"


@rule(
    SCHEDULE,
    pack=Pack.ARCHITECTURE,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A run that its target refuses for a day is lost, and nobody is told.",
)
def scheduler_dead_letters(schedule: Resource) -> Iterator[str]:
    """Schedules must keep the runs that failed."""
    if schedule.is_missing("target.deadLetterConfig.arn"):
        yield (
            f"The schedule '{schedule.name}' must keep runs that failed: set"
            " target.dead_letter_config.arn to a queue."
        )


@rule(
    SCHEDULE,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why="Only the policy of an own key says who may read what a schedule sends.",
    references=("Checkov CKV_AWS_297",),
)
def scheduler_own_key(schedule: Resource) -> Iterator[str]:
    """Schedules with sensitive input must be encrypted with an own key."""
    if schedule.is_missing("kmsKeyArn"):
        yield f"The schedule '{schedule.name}' must have a key of its own: set kms_key_arn."
