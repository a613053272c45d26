"""`bulkhead run`: start a job of a service and follow its log."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops import folders, jobs, settings_copy
from ops.clients import client
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import done, out

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS = 1.0
LAST_LINES_SECONDS = 2.0
"""Time for the last lines of a task to reach its log."""


def run(
    service: Annotated[str, typer.Argument()],
    job: Annotated[str, typer.Argument()],
    *,
    environment: Annotated[
        str, typer.Option("--env", help="The environment; others need credentials of its account.")
    ] = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Start JOB of SERVICE, show its log, and wait for its end; fail if it fails."""
    settings_copy.require_known(environment, settings_copy.known_environments())
    layout = folders.layout(services)
    jobs.require_described(folders.described(environment, services), service, job)
    clients = partial(client, layout, environment)
    try:
        started = jobs.start(clients, jobs.find(clients, environment, service, job))
        ended = _follow(clients, started)
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"The job {job} of {service} cannot be followed: {error}") from error
    if ended["status"] != jobs.SUCCEEDED:
        reason = ": ".join(filter(None, (ended.get("error"), ended.get("cause"))))
        raise CommandError(f"The job {job} of {service} {ended['status'].lower()}. {reason}")
    done(f"The job {job} of {service} succeeded")


def _follow(clients: Callable[[str], Any], started: jobs.Run) -> dict[str, Any]:
    """Show the lines of a run until it has ended; return its description."""
    sfn, log = clients("stepfunctions"), jobs.Log(clients("logs"), started)
    while True:
        found = sfn.describe_execution(executionArn=started.arn)
        ended = found["status"] != jobs.RUNNING
        if ended:
            time.sleep(LAST_LINES_SECONDS)
        for line in log.new_lines():
            out.print(line, markup=False)
        if ended:
            return found
        time.sleep(POLL_SECONDS)
