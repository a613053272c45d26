"""The `bulkhead` command: one file in `commands/` for each word."""

from __future__ import annotations

import os
import sys
import warnings

import typer

from localcloud.engine.build import BuildError
from localcloud.engine.ensure import EngineMissingError
from localcloud.supervisor.client import SupervisorError
from ops.commands import build, destroy, down, env, logs, preview, status, token, up
from ops.environment import past_proxies
from ops.errors import CommandError
from ops.screen import show_error

INTERRUPTED = 130

app = typer.Typer(
    help="Run Bulkhead's services on this machine, and look after their environments.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (up, down, destroy, status, preview, logs, env, build, token):
    name = command.__name__.rpartition(".")[2]
    app.command(name)(command.run)


def main() -> None:
    """Run the command that the arguments name."""
    # Set in some shells, it would make every process that is started here compile its code anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.update(past_proxies(os.environ))
    # The engine was killed: its error says so, and needs no warning before it.
    warnings.filterwarnings("ignore", message="Error in event stream")
    try:
        app()
    except (CommandError, EngineMissingError, BuildError, SupervisorError) as error:
        show_error(str(error))
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # this is what Typer makes of Ctrl-C
            show_error("Stopped. The next run goes on from here.")
        raise
