"""`python -m localcloud.supervisor start|stop|status|logs`: control the supervisor directly."""

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
    """Start the local cloud and wait until every process is ready."""
    client.start(Layout.current(), console.print)


@app.command()
def stop() -> None:
    """Stop every process and keep the data."""
    stopped = client.stop(Layout.current())
    console.print("stopped" if stopped else "not running")


@app.command()
def status() -> None:
    """List the processes."""
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
        known = ", ".join(sorted(file.stem for file in layout.logs.glob("*.log"))) or "none"
        raise client.SupervisorError(f"the process '{name}' has no log; logs: {known}")
    with path.open() as lines:
        shutil.copyfileobj(lines, sys.stdout)


@app.command(hidden=True)
def run(home: Annotated[str, typer.Option()]) -> None:
    """Run the daemon; its command line names the folder, so that it is found if that is deleted."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    layout = Layout(Path(home))
    layout.keep_private()
    try:
        # `is_running` holds the lock for a moment.
        with client.lock(layout).acquire(timeout=2, poll_interval=0.01):
            asyncio.run(Daemon(layout).run())
    except Timeout:
        console.print(f"another supervisor is running in {layout.home}")
        raise typer.Exit(1) from None


def main() -> None:
    """Run the command; print a SupervisorError as one message and exit with 1."""
    try:
        app()
    except client.SupervisorError as error:
        Console(stderr=True).print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
