"""A Typer group whose commands are the modules of a package, imported on first use.

The imports of most commands take a second, so each command imports only its own module.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from types import ModuleType


class LazyGroup(TyperGroup):
    """The commands in the modules of `package`: `run` of a module, or `app` of a package."""

    package: str

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in alphabetical order."""
        del ctx
        return command_names(self.package)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command *cmd_name*; None if there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        if hasattr(module, "app"):
            return typer.main.get_command(module.app)
        app = typer.Typer(add_completion=False)
        app.command(cmd_name)(module.run)
        return typer.main.get_command(app)


def lazy_app(package: str, about: str) -> typer.Typer:
    """Return an application whose commands are the modules of *package*."""
    group = type("LazyGroup", (LazyGroup,), {"package": package})
    app = typer.Typer(
        cls=group, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback(help=about)(_no_options)
    return app


def command_names(package: str) -> list[str]:
    """Return the names of the commands in *package*."""
    module: ModuleType = import_module(package)
    return sorted(one.name.replace("_", "-") for one in iter_modules(module.__path__))


def _no_options() -> None:
    """Accept no options before the command name."""
