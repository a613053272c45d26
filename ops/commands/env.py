"""`bulkhead env`: the environment variables for plain Pulumi on the local cloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from localcloud.engine.ensure import ensure
from localcloud.supervisor import client
from ops import cloud, deployed, environment, folders, foreign, stack
from ops.errors import CommandError
from ops.screen import step

PROGRAM_HELP = "Use the Pulumi project in this folder, with its own settings and state."
NO_POLICIES_HELP = "Run the program of --program without the rules."


def run(
    name: Annotated[str, typer.Argument(metavar="ENVIRONMENT")] = environment.LOCAL,
    *,
    program: Annotated[Path | None, typer.Option(metavar="DIR", help=PROGRAM_HELP)] = None,
    no_policies: Annotated[bool, typer.Option("--no-policies", help=NO_POLICIES_HELP)] = False,
    services: folders.ServicesOption = None,
) -> None:
    """Print the shell commands after which `pulumi up` works on the local cloud.

    Use it as: eval "$(bulkhead env local)". SHOP_URL and API_URL are the addresses of the shop.
    With --program it starts the local cloud, if need be.
    """
    environment.require_local(name, f" --program {program}" if program else "")
    if no_policies and program is None:
        raise CommandError("--no-policies is for programs of others: name one with --program DIR")
    layout = folders.layout(services)
    project = foreign.load(program) if program else None
    with step() as show:
        engine = ensure(show)
        if project:
            show("Starting the local cloud")
            client.start(layout, show)
    if project:
        found = foreign.prepare(layout, engine, project, judged=not no_policies)
        typer.echo(found.as_shell())
        return
    found = environment.local(layout, engine)
    stack.prepare(layout, engine, found)
    served = cloud.endpoints(layout, deployed.resources(layout))
    addresses = {f"{one.upper()}_URL": url for one, url in served.items() if url}
    typer.echo(replace(found, variables={**found.variables, **addresses}).as_shell())
