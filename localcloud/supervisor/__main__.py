"""The supervisor by hand: `python -m localcloud.supervisor start|stop|status|logs`."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from filelock import Timeout
from rich.console import Console
from rich.table import Table

from localcloud.layout import Layout
from localcloud.supervisor import client
from localcloud.supervisor.daemon import Daemon

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()


@app.command()
def start() -> None:
    """Start the local cloud and wait until every part answers."""
    client.start(Layout.current(), console.print)


@app.command()
def stop() -> None:
    """Stop every process and keep the data."""
    stopped = client.stop(Layout.current())
    console.print("stopped" if stopped else "nothing was running")


@app.command()
def status() -> None:
    """Show the processes."""
    layout = Layout.current()
    found = client.status(layout) if client.is_running(layout) else None
    if found is None:
        console.print("not running: start it with `python -m localcloud.supervisor start`")
        raise typer.Exit(1)
    table = Table("process", "state", "pid", "restarts", box=None)
    for one in found["processes"]:
        table.add_row(one["name"], one["state"], str(one["pid"] or "-"), str(one["restarts"]))
    console.print(table)


@app.command()
def logs(name: str) -> None:
    """Print the log of the process NAME."""
    layout = Layout.current()
    path = layout.logs / f"{name}.log"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in layout.logs.glob("*.log"))) or "none yet"
        raise client.SupervisorError(f"no process '{name}' has written a log: there is {known}")
    with path.open() as lines:
        shutil.copyfileobj(lines, sys.stdout)


@app.command(hidden=True)
def run(home: Annotated[str, typer.Option()]) -> None:
    """Be the daemon; the command line names its folder, so that it is found without the folder."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    layout = Layout(Path(home))
    layout.keep_private()
    try:
        # Whoever asks whether a daemon runs holds the lock for a moment.
        with client.lock(layout).acquire(timeout=2, poll_interval=0.01):
            asyncio.run(Daemon(layout).run())
    except Timeout:
        console.print(f"another supervisor runs in {layout.home}")
        raise typer.Exit(1) from None


def main() -> None:
    """Run the command; an expected failure is one message and exit code 1."""
    try:
        app()
    except client.SupervisorError as error:
        Console(stderr=True).print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
