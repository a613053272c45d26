"""Rules on EventBridge Scheduler schedules."""

from __future__ import annotations

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import Concern, Level, Pack, Severity, When

SCHEDULE = "aws:scheduler/schedule:Schedule"


@require_value(
    SCHEDULE,
    path="target.deadLetterConfig.arn",
    value=is_set,
    hint="to a queue",
    pack=Pack.ARCHITECTURE,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A run that its target refuses for a day is lost, and nobody is told.",
)
def scheduler_dead_letters() -> None:
    """Schedules must have a dead-letter queue."""


@require_value(
    SCHEDULE,
    path="kmsKeyArn",
    value=is_customer_managed_key,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why="Only the policy of a customer managed key says who may read what a schedule sends.",
    references=("Checkov CKV_AWS_297",),
)
def scheduler_own_key() -> None:
    """Schedules with sensitive data must be encrypted with a customer managed key."""
