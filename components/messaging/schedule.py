"""A schedule of EventBridge Scheduler with a role, retries and a dead-letter queue of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role, use_key
from components.args import as_inputs, require_between
from components.messaging.dead_letters import make_dead_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

RETRY_SECONDS = 3600  # after an hour a late run is of no more use than the next one
MAX_ATTEMPTS = 185  # Scheduler's maximum; the age ends the attempts first
MAX_WINDOW_MINUTES = 1440  # Scheduler's maximum


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When a schedule fires."""

    expression: str
    """Expression of EventBridge Scheduler: `rate(...)`, `cron(...)` or `at(...)`."""

    timezone: str = "UTC"
    """Time zone of the expression."""

    flexible_minutes: int | None = None
    """Flexible time window in minutes; default: none."""

    end: str | None = None
    """Time after which it does not fire, in UTC as `2030-12-01T03:00:00Z`; default: never."""

    def __post_init__(self) -> None:
        """Reject windows that Scheduler does not accept."""
        if self.flexible_minutes is not None:
            require_between("flexible_minutes", self.flexible_minutes, 1, MAX_WINDOW_MINUTES)


@dataclass(frozen=True, kw_only=True)
class ScheduleArgs:
    """Time, target and permissions of a schedule."""

    timing: Timing
    """When it fires."""

    group_name: pulumi.Input[str]
    """Schedule group."""

    target_arn: pulumi.Input[str]
    """ARN of what it calls."""

    statements: Sequence[Statement]
    """Statements that allow the call."""

    input: pulumi.Input[str]
    """Input of the target, JSON; `<aws.scheduler.*>` in it is replaced for each call."""

    description: str
    """Purpose in a sentence."""

    account_id: pulumi.Input[str]
    """Account in the trust policy's `aws:SourceAccount` condition."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    key_arn: pulumi.Input[str]
    """KMS key that encrypts the schedule."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class Schedule(pulumi.ComponentResource):
    """A schedule; an alarm reports calls that failed for an hour."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the schedule *name*."""
        super().__init__("bulkhead:messaging:Schedule", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        what = f"The schedule {name} could not call its target"
        dead_letters = make_dead_letters(name, what, args.alarms, child, args.tags)
        send = Statement(actions=["sqs:SendMessage"], resources=[dead_letters.arn])
        role = make_role(
            f"{name}-role",
            RoleArgs(
                service="scheduler.amazonaws.com",
                description=args.description,
                statements=[*args.statements, send, use_key(args.key_arn, encrypt=False)],
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        window = args.timing.flexible_minutes
        schedule = aws.scheduler.Schedule(
            name,
            description=args.description,
            group_name=args.group_name,
            schedule_expression=args.timing.expression,
            schedule_expression_timezone=args.timing.timezone,
            end_date=args.timing.end,
            kms_key_arn=args.key_arn,
            flexible_time_window={"mode": "OFF"}
            if window is None
            else {"mode": "FLEXIBLE", "maximum_window_in_minutes": window},
            target={
                "arn": args.target_arn,
                "role_arn": role.arn,
                "input": args.input,
                "dead_letter_config": {"arn": dead_letters.arn},
                "retry_policy": {
                    "maximum_event_age_in_seconds": RETRY_SECONDS,
                    "maximum_retry_attempts": MAX_ATTEMPTS,
                },
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready]),
        )

        self.arn = schedule.arn
        self.register_outputs({"arn": self.arn})
