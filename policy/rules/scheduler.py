"""Rules on EventBridge Scheduler schedules."""

from __future__ import annotations

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import classify

SCHEDULE = "aws:scheduler/schedule:Schedule"


@require_value(SCHEDULE, path="target.deadLetterConfig.arn", value=is_set, hint="to a queue")
@classify("architecture", "messaging", "low", "advisory")
def scheduler_dead_letters() -> None:
    """Schedules must have a dead-letter queue.

    Without a dead-letter queue, failed invocations are dropped silently when retries are exhausted.
    """


@require_value(SCHEDULE, path="kmsKeyArn", value=is_customer_managed_key)
@classify("security", "messaging", "low", "advisory", when="sensitive")
def scheduler_own_key() -> None:
    """Schedules with sensitive data must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the data of the schedule.

    References: Checkov CKV_AWS_297
    """
