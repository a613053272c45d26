"""Jobs and schedules of a service, by what runs them: tasks or a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.access import Statement
from components.compute.task import Task
from components.messaging.schedule import Schedule, ScheduleArgs
from components.service.scheduled_job import ScheduledJob, ScheduledJobArgs, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pulumi

    from components.compute.lambda_function import LambdaFunction
    from components.compute.task import TaskArgs
    from components.service.args import MicroserviceArgs
    from components.service.platform import Platform
    from components.service.scheduled_job import JobPlan


@dataclass(frozen=True, kw_only=True)
class Place:
    """Service and component of a job."""

    service: str
    """The service's name."""

    args: MicroserviceArgs
    """The service."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""

    opts: pulumi.ResourceOptions
    """Options with the parent."""


def define_job(place: Place, job: str, work: Work) -> ScheduledJob:
    """Define the job *job* of a service."""
    return ScheduledJob(
        f"{place.service}-{job}-job",
        ScheduledJobArgs(
            service=place.service,
            job=job,
            plan=place.args.jobs[job],
            work=work,
            platform=place.args.platform,
            tags=place.tags,
        ),
        place.opts,
    )


def run_task(
    task: Task, platform: Platform, security_group_ids: Sequence[pulumi.Input[str]]
) -> Work:
    """Return the work of a job that runs *task* until it exits."""
    own = f"{platform.region}:{platform.account_id}"
    cluster = platform.cluster
    return Work(
        resource="arn:aws:states:::ecs:runTask.sync",
        parameters={
            "Cluster": cluster.arn,
            "TaskDefinition": task.arn,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "Subnets": platform.vpc.private_subnet_ids,
                    "SecurityGroups": list(security_group_ids),
                    "AssignPublicIp": "DISABLED",
                }
            },
        },
        statements=[
            Statement(
                actions=["ecs:RunTask"],
                resources=[task.arn],
                conditions={"ArnEquals": {"ecs:cluster": cluster.arn}},
            ),
            Statement(
                actions=["ecs:DescribeTasks", "ecs:StopTask"],
                resources=[f"arn:aws:ecs:{own}:task/*"],
                conditions={"ArnEquals": {"ecs:cluster": cluster.arn}},
            ),
            Statement(
                actions=["iam:PassRole"],
                resources=[task.role_arn, task.execution_role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            ),
            # The rule by which Step Functions learns that a task has stopped.
            Statement(
                actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"],
                resources=[f"arn:aws:events:{own}:rule/StepFunctionsGetEventsForECSTaskRule"],
            ),
        ],
    )


def invoke(function: LambdaFunction, job: str) -> Work:
    """Return the work of a job that *function* does in one invocation."""
    return Work(
        resource="arn:aws:states:::lambda:invoke",
        parameters={
            "FunctionName": function.arn,
            "Payload": {"job": job, "execution_id.$": "$$.Execution.Id", "input.$": "$"},
        },
        statements=[Statement(actions=["lambda:InvokeFunction"], resources=[function.arn])],
    )


def define_schedules(place: Place, function: LambdaFunction) -> None:
    """Define the schedules that invoke the function of a service."""
    platform = place.args.platform
    for name, timing in place.args.schedules.items():
        Schedule(
            f"{place.service}-{name}-invokes",
            ScheduleArgs(
                timing=timing,
                group_name=platform.schedule_group_name,
                target_arn=function.arn,
                statements=[Statement(actions=["lambda:InvokeFunction"], resources=[function.arn])],
                input=(
                    f'{{"schedule":"{name}","scheduled_time":"<aws.scheduler.scheduled-time>",'
                    '"execution_id":"<aws.scheduler.execution-id>",'
                    '"attempt":"<aws.scheduler.attempt-number>"}'
                ),
                description=f"Invokes {place.service} by its schedule {name}",
                account_id=platform.account_id,
                alarms=platform.alarms,
                key_arn=platform.key.arn,
                tags=place.tags,
            ),
            place.opts,
        )


def define_task_jobs(
    place: Place,
    security_group_ids: Sequence[pulumi.Input[str]],
    task_args: Callable[[str, JobPlan], TaskArgs],
) -> dict[str, dict[str, pulumi.Output[str]]]:
    """Define the jobs of a container service, each a task; return where they are."""
    found: dict[str, dict[str, pulumi.Output[str]]] = {}
    for job, plan in place.args.jobs.items():
        task = Task(f"{place.service}-{job}-job-task", task_args(job, plan), place.opts)
        work = run_task(task, place.args.platform, security_group_ids)
        found[job] = {
            "state_machine_arn": define_job(place, job, work).state_machine_arn,
            "log_group_name": task.log_group_name,
        }
    return found


def define_function_jobs(
    place: Place, function: LambdaFunction
) -> dict[str, dict[str, pulumi.Output[str]]]:
    """Define the jobs of a function, each an invocation; return where they are."""
    return {
        job: {
            "state_machine_arn": define_job(place, job, invoke(function, job)).state_machine_arn,
            "log_group_name": function.log_group_name,
        }
        for job in place.args.jobs
    }
