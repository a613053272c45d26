"""A job: a state machine that runs work to its end, with retries, a timeout and dead letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import NOT_AN_INPUT, as_inputs, require_between
from components.logs import make_log_group
from components.messaging.dead_letters import make_dead_letters
from components.messaging.schedule import Schedule, ScheduleArgs, Timing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.service.platform import Platform

RETRIES = 2
RETRY_SECONDS = 30
BACKOFF = 2
MAX_ABSENCE_HOURS = 168  # a CloudWatch alarm evaluates at most seven days of hours
HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class JobPlan:
    """What a job of a service runs, and when."""

    command: Sequence[str] | None = None
    """Command of its task; None for the job of a function."""

    timing: Timing | None = None
    """When it runs; default: on request only."""

    success_hours: int | None = None
    """Hours within which one run must succeed, else an alarm; default: no such alarm."""

    timeout_minutes: int = 30
    """Minutes after which an attempt is stopped."""

    cpu: int = 256
    """CPU units of its task; 1024 are one vCPU."""

    memory_mib: int = 512
    """Memory of its task in MiB."""

    def __post_init__(self) -> None:
        """Reject an absence that no alarm can report."""
        if self.success_hours is not None:
            require_between("success_hours", self.success_hours, 1, MAX_ABSENCE_HOURS)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the state machine of a job calls."""

    resource: str
    """Resource of the task state, as `arn:aws:states:::ecs:runTask.sync`."""

    parameters: Mapping[str, Any]
    """Parameters of the task state."""

    statements: Sequence[Statement]
    """Statements that allow the call."""


@dataclass(frozen=True, kw_only=True)
class ScheduledJobArgs:
    """Plan, work and platform of a job."""

    service: str
    """The service."""

    job: str
    """The job's name."""

    plan: JobPlan
    """What it runs, and when."""

    work: Work = field(metadata=NOT_AN_INPUT)
    """What its state machine calls."""

    platform: Platform = field(metadata=NOT_AN_INPUT)
    """Shared resources of its environment."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class ScheduledJob(pulumi.ComponentResource):
    """A job and its schedule; alarms report a failed run, and the absence of a successful one."""

    state_machine_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ScheduledJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the job *name*."""
        super().__init__("bulkhead:service:ScheduledJob", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        platform, plan = args.platform, args.plan
        about = f"Runs the job {args.job} of {args.service}"

        failed = f"The job {args.job} of {args.service} failed"
        dead_letters = make_dead_letters(name, failed, platform.alarms, child, args.tags)
        logs = make_log_group(f"{name}-runs", platform.data_protection.logs, child, args.tags)
        role = make_role(
            f"{name}-machine",
            RoleArgs(
                service="states.amazonaws.com",
                description=about,
                statements=[
                    *args.work.statements,
                    Statement(actions=["sqs:SendMessage"], resources=[dead_letters.arn]),
                    *_allow_logs_and_traces(),
                ],
                account_id=platform.account_id,
                tags=args.tags,
            ),
            child,
        )
        machine = aws.sfn.StateMachine(
            f"{name}-machine",
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(_definition(args, dead_letters.url)),
            logging_configuration={
                "level": "ERROR",
                "include_execution_data": True,
                "log_destination": pulumi.Output.concat(logs.arn, ":*"),
            },
            tracing_configuration={"enabled": True},
            tags={**(args.tags or {}), "job": args.job},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready]),
        )
        for suffix, alarm in _alarms(args, machine.arn).items():
            make_alarm(f"{name}-{suffix}", alarm, platform.alarms, child, args.tags)
        if plan.timing is not None:
            Schedule(
                f"{name}-starts",
                ScheduleArgs(
                    timing=plan.timing,
                    group_name=platform.schedule_group_name,
                    target_arn=machine.arn,
                    statements=[
                        Statement(actions=["states:StartExecution"], resources=[machine.arn])
                    ],
                    input=SCHEDULED,
                    description=f"Starts the job {args.job} of {args.service}",
                    account_id=platform.account_id,
                    alarms=platform.alarms,
                    key_arn=platform.key.arn,
                    tags=args.tags,
                ),
                child,
            )

        self.state_machine_arn = machine.arn
        self.register_outputs({"state_machine_arn": self.state_machine_arn})


SCHEDULED = '{"scheduled_time":"<aws.scheduler.scheduled-time>"}'


def _definition(args: ScheduledJobArgs, dead_letters_url: pulumi.Output[str]) -> dict[str, Any]:
    """Return the state machine: the work, and on failure a message to the dead letters."""
    return {
        "Comment": f"The job {args.job} of {args.service}",
        "StartAt": "Run",
        "States": {
            "Run": {
                "Type": "Task",
                "Resource": args.work.resource,
                "Parameters": dict(args.work.parameters),
                "TimeoutSeconds": args.plan.timeout_minutes * 60,
                "Retry": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "IntervalSeconds": RETRY_SECONDS,
                        "MaxAttempts": RETRIES,
                        "BackoffRate": BACKOFF,
                    }
                ],
                "Catch": [
                    {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Report"}
                ],
                "End": True,
            },
            "Report": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {
                    "QueueUrl": dead_letters_url,
                    "MessageBody": {
                        "service": args.service,
                        "job": args.job,
                        "execution.$": "$$.Execution.Id",
                        "error.$": "$.error",
                    },
                },
                "ResultPath": None,
                "TimeoutSeconds": 60,
                "Retry": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "MaxAttempts": RETRIES,
                        "BackoffRate": BACKOFF,
                    }
                ],
                "Next": "Failed",
            },
            "Failed": {
                "Type": "Fail",
                "Error": "JobFailed",
                "Cause": f"The job failed {RETRIES + 1} times: see the dead letters",
            },
        },
    }


def _allow_logs_and_traces() -> list[Statement]:
    # None of these actions has a resource type.
    return [
        Statement(
            actions=[
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            resources=["*"],
        )
    ]


def _alarms(args: ScheduledJobArgs, arn: pulumi.Output[str]) -> dict[str, Alarm]:
    job = f"The job {args.job} of {args.service}"
    dimensions = {"StateMachineArn": arn}
    found = {
        "failed": Alarm(
            kind=AlarmKind.JOB_FAILED,
            description=f"{job} failed three times in a row: see its log and its dead letters",
            namespace="AWS/States",
            metric="ExecutionsFailed",
            dimensions=dimensions,
            threshold=0,
        )
    }
    if (hours := args.plan.success_hours) is not None:
        found["absent"] = Alarm(
            kind=AlarmKind.JOB_FAILED,
            description=f"{job} has not succeeded for {hours} hours: see its schedule",
            namespace="AWS/States",
            metric="ExecutionsSucceeded",
            dimensions=dimensions,
            threshold=1,
            comparison="LessThanThreshold",
            periods=hours,
            period_seconds=HOUR,
            missing_data="breaching",
        )
    return found
