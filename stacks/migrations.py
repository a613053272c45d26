"""Runs database migrations once per deployment, before new tasks start."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from components.service.args import MigrationPlan
    from stacks.deployment_target import DeploymentTarget

CONTAINER = "main"
LAST_LINES = 20
POLL_SECONDS = 1.0
CREDENTIALS_SECONDS = 300  # the first rotation includes a cold start
RUN_SECONDS = 1800
DIRECT = "_DIRECT_"
MIGRATIONS = "migrations"
SECRET_SUFFIX = "_SECRET_ARN"  # noqa: S105 - the end of a variable's name


class MigrationError(Exception):
    """Raised when a migration failed or could not run; the deployment stops."""


@dataclass(frozen=True)
class MigrationTask:
    """One run of a service's migrations in a task of their own."""

    service: str
    """The service."""

    plan: MigrationPlan
    """What to run."""

    clients: Callable[[str], Any]
    """Factory of boto3 clients by service name."""

    pause: Callable[[float], None] = time.sleep
    """Sleeps for a number of seconds."""

    clock: Callable[[], float] = field(default=time.monotonic)
    """Monotonic clock."""

    what: str = MIGRATIONS
    """What runs, and the name of the variable with its directory: `seeds`, `SEEDS_DIRECTORY`."""

    def run(self, inputs: Mapping[str, Any]) -> None:
        """Run the migrations with the image and network of the container service *inputs*."""
        definition = self.clients("ecs").describe_task_definition(
            taskDefinition=inputs["taskDefinition"]
        )["taskDefinition"]
        container = next(c for c in definition["containerDefinitions"] if c["name"] == CONTAINER)
        self._wait_for_credentials(container)
        task_arn = self._start(inputs, container)
        task = self._wait(inputs["cluster"], task_arn)
        codes = [each.get("exitCode") for each in task.get("containers", [])]
        if codes != [0]:
            stopped = str(task.get("stoppedReason") or "")
            reason, _, _ = stopped.partition("\n")  # locally, log lines follow it
            reason = reason or f"exit code {codes[0] if codes else 'unknown'}"
            raise MigrationError(
                f"The {self.what} of {self.service} failed ({reason}){self._consequence}. The last"
                f" lines of {' '.join(self.plan.command)}:\n"
                + "\n".join(self._last_lines(container, task_arn))
            )

    @property
    def _consequence(self) -> str:
        return "; its new tasks were not started" if self.what == MIGRATIONS else ""

    def _wait_for_credentials(self, container: Mapping[str, Any]) -> None:
        secrets = self.clients("secretsmanager")
        for variable in container.get("environment", []):
            if not variable["name"].endswith(SECRET_SUFFIX):
                continue
            secret = secrets.describe_secret(SecretId=variable["value"])
            if not secret.get("RotationLambdaARN"):
                continue  # the service's own, or one that RDS manages
            deadline = self.clock() + CREDENTIALS_SECONDS
            while not secret.get("LastRotatedDate"):
                if self.clock() > deadline:
                    raise MigrationError(
                        f"{self.service} has no password for its database after"
                        f" {CREDENTIALS_SECONDS} seconds: look for the reason in the log group of"
                        f" the function credentials-rotation (secret {variable['value']})"
                    )
                self.pause(POLL_SECONDS)
                secret = secrets.describe_secret(SecretId=variable["value"])

    def _start(self, inputs: Mapping[str, Any], container: Mapping[str, Any]) -> str:
        network = inputs["networkConfiguration"]
        command = self.plan.command
        started = self.clients("ecs").run_task(
            cluster=inputs["cluster"],
            taskDefinition=inputs["taskDefinition"],
            launchType="FARGATE",
            count=1,
            startedBy=self.what,
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": list(network["subnets"]),
                    "securityGroups": list(network["securityGroups"]),
                    "assignPublicIp": "DISABLED",
                }
            },
            overrides={
                "containerOverrides": [
                    {
                        "name": CONTAINER,
                        "command": command,
                        "environment": [
                            {
                                "name": f"{self.what.upper()}_DIRECTORY",
                                "value": self.plan.directory,
                            },
                            *_direct(container),
                        ],
                    }
                ]
            },
        )
        if not started["tasks"]:
            reasons = ", ".join(each.get("reason", "unknown") for each in started["failures"])
            raise MigrationError(
                f"The {self.what} of {self.service} could not be started: {reasons}"
            )
        return started["tasks"][0]["taskArn"]

    def _wait(self, cluster: str, task_arn: str) -> Mapping[str, Any]:
        deadline = self.clock() + RUN_SECONDS
        while self.clock() <= deadline:
            found = self.clients("ecs").describe_tasks(cluster=cluster, tasks=[task_arn])["tasks"]
            if found and found[0]["lastStatus"] == "STOPPED":
                return found[0]
            self.pause(POLL_SECONDS)
        raise MigrationError(
            f"The {self.what} of {self.service} still run after {RUN_SECONDS} seconds (task"
            f" {task_arn}): wait for them or stop the task, then run the command again"
        )

    def _last_lines(self, container: Mapping[str, Any], task_arn: str) -> list[str]:
        options = container["logConfiguration"]["options"]
        stream = f"{options['awslogs-stream-prefix']}/{CONTAINER}/{task_arn.rpartition('/')[2]}"
        logs = self.clients("logs")
        try:
            events = logs.get_log_events(
                logGroupName=options["awslogs-group"], logStreamName=stream, limit=LAST_LINES
            )["events"]
        except logs.exceptions.ResourceNotFoundException:
            return [f"(no output in {stream})"]
        return [event["message"] for event in events]


def _direct(container: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the variables with the database's own address in place of its proxy's.

    A proxy pins the connection of a session that takes locks or prepares statements.
    """
    found = {each["name"]: each["value"] for each in container.get("environment", [])}
    return [
        {"name": proxied, "value": value}
        for name, value in found.items()
        if DIRECT in name and (proxied := "_".join(name.rsplit(DIRECT, 1))) in found
    ]


def aws_clients(target: DeploymentTarget) -> Callable[[str], Any]:
    """Return a factory of boto3 clients for *target*; `local` requires AWS_ENDPOINT_URL."""
    import boto3  # noqa: PLC0415 - a preview migrates nothing
    from botocore.config import Config  # noqa: PLC0415

    made: dict[str, Any] = {}
    if target.local and not os.environ.get("AWS_ENDPOINT_URL"):
        raise MigrationError(
            "AWS_ENDPOINT_URL is not set: run the local environment by `make up`, or run"
            ' `eval "$(bulkhead env local)"` first'
        )

    def client(service: str) -> Any:
        if service not in made:
            settings = Config(region_name=target.region, retries={"total_max_attempts": 5})
            made[service] = boto3.client(service, config=settings)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType]
        return made[service]

    return client


def migration_hook(
    service: str, plan: MigrationPlan, target: DeploymentTarget
) -> pulumi.ResourceHook:
    """Return a hook that runs the migrations of *service* before its ECS service changes."""

    def migrate(args: pulumi.ResourceHookArgs) -> None:
        new, old = args.new_inputs or {}, args.old_inputs or {}
        if new.get("taskDefinition") == old.get("taskDefinition"):
            return  # no new code, nothing new to migrate
        if target.local:
            from stacks import pending_migrations  # noqa: PLC0415 - has the local cloud's packages

            if pending_migrations.postpone(service, plan, new):
                return
        pulumi.log.info(f"running the migrations of {service}")
        MigrationTask(service, plan, aws_clients(target)).run(new)

    return pulumi.ResourceHook(f"{service}-migrations", migrate)
