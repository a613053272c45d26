"""Jobs of an environment: their state machines, executions and logs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.environment import deploys
from ops.errors import CommandError
from spec.catalogue import load_catalogue
from spec.faults import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RUNNING, SUCCEEDED = "RUNNING", "SUCCEEDED"
TAG = "job"


@dataclass(frozen=True)
class Run:
    """An execution of a job."""

    arn: str
    group: str
    """Log group of what it runs."""
    started_ms: int


def require_described(folder: Path, service: str, job: str) -> None:
    """Raise CommandError if the file of *service* does not describe *job*."""
    try:
        described = load_catalogue(folder).services
    except SpecError as error:
        raise CommandError(str(error)) from error
    if service not in described:
        raise CommandError(f"There is no service {service!r}. Write one of: {', '.join(described)}")
    known = described[service].jobs
    if job not in known:
        raise CommandError(
            f"{service} has no job {job!r}. Its jobs are: {', '.join(known) or 'none'}."
            f" Describe it in service.yaml:\njobs: {{{job}: {{...}}}}"
        )


def find(client: Callable[[str], Any], environment: str, service: str, job: str) -> str:
    """Return the ARN of a job's state machine; raises CommandError if it is not deployed."""
    wanted = {("environment", environment), ("service", service), (TAG, job)}
    sfn = client("stepfunctions")
    for page in sfn.get_paginator("list_state_machines").paginate():
        for machine in page["stateMachines"]:
            arn = machine["stateMachineArn"]
            tags = sfn.list_tags_for_resource(resourceArn=arn)["tags"]
            if wanted <= {(tag["key"], tag["value"]) for tag in tags}:
                return arn
    raise CommandError(
        f"{environment} has no job {job} of {service} yet. Deploy it with: {deploys(environment)}"
    )


def start(client: Callable[[str], Any], machine: str) -> Run:
    """Start an execution of a job."""
    sfn = client("stepfunctions")
    definition = json.loads(sfn.describe_state_machine(stateMachineArn=machine)["definition"])
    group = _log_group(client, definition["States"]["Run"]["Parameters"])
    started = sfn.start_execution(stateMachineArn=machine, input="{}")
    return Run(started["executionArn"], group, int(started["startDate"].timestamp() * 1000))


def _log_group(client: Callable[[str], Any], parameters: dict[str, Any]) -> str:
    if "TaskDefinition" in parameters:
        found = client("ecs").describe_task_definition(taskDefinition=parameters["TaskDefinition"])
        [container] = found["taskDefinition"]["containerDefinitions"]
        return container["logConfiguration"]["options"]["awslogs-group"]
    name = parameters["FunctionName"]
    found = client("lambda").get_function_configuration(FunctionName=name)
    return found["LoggingConfig"]["LogGroup"]


class Log:
    """The lines that a run has written."""

    def __init__(self, logs: Any, run: Run) -> None:
        """Read them with the client *logs*."""
        self._logs = logs
        self._run = run
        self._seen: set[str] = set()

    def new_lines(self) -> Iterator[str]:
        """Yield the lines that were not yielded before."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._run.group, startTime=self._run.started_ms
        )
        for page in pages:
            for event in page["events"]:
                if event["eventId"] not in self._seen:
                    self._seen.add(event["eventId"])
                    yield event["message"].rstrip("\n")
