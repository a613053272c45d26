"""`bulkhead destroy`: remove every resource and all state."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer
from pulumi import automation

from localcloud.engine.build import BuildError
from localcloud.engine.ensure import EngineMissingError, ensure
from localcloud.layout import NAMES, Layout
from localcloud.provider import modes
from localcloud.supervisor import client
from localcloud.supervisor.client import SupervisorError
from ops import environment, folders, foreign, stack
from ops.engine_events import EngineEvents
from ops.errors import CommandError
from ops.interrupts import defer_interrupt
from ops.locking import exclusive
from ops.screen import done, step

if TYPE_CHECKING:
    from localcloud.engine.progress import Progress

FORCE_HELP = "Remove the state even if the engine cannot open it."
CANNOT_EMPTY = (CommandError, EngineMissingError, BuildError, SupervisorError)


def run(
    *,
    force: Annotated[bool, typer.Option(help=FORCE_HELP)] = False,
    services: folders.ServicesOption = None,
) -> None:
    """Delete every resource of the local environment, then all of its state."""
    layout = folders.layout(services)
    if not layout.home.exists() and not client.daemons(layout):
        done("There is nothing to remove.")
        return
    _refuse_foreign(layout)
    for one in foreign.stacks(layout):
        count = len(modes.resources({"deployment": one.deployment}))
        done(f"With it goes the stack {one.name} of {one.folder}: {count} AWS resources.")
    with exclusive(layout):
        if stack.exists(layout):
            _empty(layout, force=force)
        with step() as show:
            show("Stopping the local cloud")
            client.stop(layout)
            show(f"Removing {layout.home}")
            _remove(layout)
    shutil.rmtree(layout.home, ignore_errors=True)
    done("Everything is removed.")


def _refuse_foreign(layout: Layout) -> None:
    """Reject a folder with files that Bulkhead did not create: all of it would be deleted."""
    found = layout.home.iterdir() if layout.home.exists() else ()
    foreign = sorted(path.name for path in found if path.name not in NAMES)
    if foreign:
        raise CommandError(
            f"{layout.home} contains files that Bulkhead did not create: {', '.join(foreign)}\n"
            "Move them elsewhere, and run the command again."
        )


def _empty(layout: Layout, *, force: bool) -> None:
    """Let the engine delete every resource of the stack."""
    try:
        with step() as show, defer_interrupt():
            summary = _destroy(layout, show)
        done(f"The stack is empty: {summary}.")
    except CANNOT_EMPTY as error:
        if not force:
            raise
        done(f"The stack could not be emptied ({error}); it is removed with everything else.")


def _destroy(layout: Layout, show: Progress) -> str:
    engine = ensure(show)
    show("Starting the local cloud")
    client.start(layout, show)
    opened = stack.open_local(layout, engine, environment.local(layout, engine))
    events = EngineEvents(show)
    try:
        opened.destroy(on_event=events, suppress_progress=True, show_secrets=False)
    except automation.CommandError as error:
        raise events.failure(stack.explained(layout, error)) from error
    return events.summary()


def _remove(layout: Layout) -> None:
    """Delete everything except the lock that this command holds."""
    for path in layout.home.iterdir():
        if path.name == "command.lock":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
