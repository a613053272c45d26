"""The `bulkhead` command: one file in `commands/` for each word."""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from localcloud.engine.build import BuildError
from localcloud.engine.ensure import EngineMissingError
from localcloud.supervisor.client import SupervisorError
from ops.environment import past_proxies
from ops.errors import CommandError
from ops.screen import show_error

INTERRUPTED = 130
WORDS = ("up", "down", "destroy", "status", "preview", "logs", "env", "build", "token")


class Words(TyperGroup):
    """The words, each read when it is asked for: most need a second for what they import."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return every word, in the order of the help."""
        del ctx
        return list(WORDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of one word."""
        del ctx
        if cmd_name not in WORDS:
            return None
        one = typer.Typer(add_completion=False)
        one.command(cmd_name)(import_module(f"ops.commands.{cmd_name}").run)
        return typer.main.get_command(one)


app = typer.Typer(
    cls=Words, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def bulkhead() -> None:
    """Run Bulkhead's services on this machine, and look after their environments."""


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
