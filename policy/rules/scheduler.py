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
    why=(
        "Without a dead-letter queue, failed invocations are dropped silently when retries are"
        " exhausted."
    ),
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
    why="A customer managed key's policy controls who can decrypt the data of the schedule.",
    references=("Checkov CKV_AWS_297",),
)
def scheduler_own_key() -> None:
    """Schedules with sensitive data must be encrypted with a customer managed key."""
