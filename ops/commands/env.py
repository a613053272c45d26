"""`bulkhead env`: the environment in which plain Pulumi works on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from localcloud.engine.ensure import ensure
from localcloud.layout import Layout
from ops import environment, stack
from ops.screen import step


def run(
    name: Annotated[str, typer.Argument(metavar="ENVIRONMENT")] = environment.LOCAL,
) -> None:
    """Print the shell commands after which `pulumi up` works on the local cloud.

    Use it as: eval "$(bulkhead env local)"
    """
    environment.refuse_account(name)
    layout = Layout.current()
    with step() as show:
        engine = ensure(show)
    variables = environment.local(layout, engine)
    stack.open_local(layout, engine, variables)
    typer.echo(variables.as_shell())
