"""`bulkhead engines`: the programs behind the stores on this machine, and how to get them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from localcloud import off
from localcloud.engines import installed
from localcloud.engines.catalog import LISTED
from ops import folders
from ops.errors import CommandError
from ops.screen import done, out, step

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.engines.engine import Engine

app = typer.Typer(invoke_without_command=True, add_completion=False)


@app.callback()
def show(context: typer.Context, *, services: folders.ServicesOption = None) -> None:
    """List the engines: their state on this machine, and how to get those that are missing."""
    if context.invoked_subcommand is not None:
        return
    table = Table("engine", "version", "state", "size", "license", "stores")
    table.box = None
    for engine in LISTED.values():
        table.add_row(*_row(engine))
    out.print(table)
    for engine in LISTED.values():
        if engine.find() is None:
            out.print(f"{engine.name}: {engine.how_to_get}", markup=False)
    for service, reason in off.read(folders.layout(services)).items():
        out.print(f"The service {service} is {reason}", markup=False)


@app.command()
def add(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Install the engine NAME into the user's cache, from the archive that the lock file pins.

    Servers and services that were off for lack of it start while the local cloud runs.
    """
    if name not in LISTED:
        raise CommandError(f"'{name}' is not an engine: write one of {', '.join(LISTED)}")
    engine = LISTED[name]
    if (found := engine.find()) is not None:
        done(f"{name} {engine.version(found)} is {_state(found)}: {found}")
        return
    if name not in installed.locked():
        raise CommandError(f"{name} is not installed by this command: {engine.how_to_get}")
    from localcloud.engines.install import InstallError, install  # noqa: PLC0415 - takes a second

    try:
        with step() as progress:
            program = install(name, progress)
    except InstallError as error:
        raise CommandError(str(error)) from error
    done(f"{name} {engine.version(program)} is installed: {program}")


def _row(engine: Engine) -> tuple[str, ...]:
    found = engine.find()
    lock = installed.locked().get(engine.name)
    if found is None:
        version = lock.version if lock else "-"
        size = f"{lock.size / 1e6:.0f} MB" if lock else "-"
        state = "[yellow]not installed[/]"
    else:
        version, size = engine.version(found), f"{found.stat().st_size / 1e6:.1f} MB"
        state = f"[green]{_state(found)}[/]"
    return engine.name, version, state, size, engine.license, engine.serves


def _state(program: Path) -> str:
    return "on PATH" if shutil.which(program.name) == str(program) else "installed"
