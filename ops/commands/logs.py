"""`bulkhead logs`: the log of a service, or of a process of the local cloud."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Annotated

import typer

from localcloud.log_lines import failure_lines, last_lines
from ops import folders
from ops.errors import CommandError
from ops.screen import out

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout

POLL_SECONDS = 0.2
LINES = 50


def run(
    name: Annotated[str, typer.Argument(metavar="SERVICE|PROCESS")],
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for new lines.")] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="Number of last lines to show first.")
    ] = LINES,
    services: folders.ServicesOption = None,
) -> None:
    """Show the log of a service (orders, orders-relay) or of a process (control, frontdoor)."""
    log = find(folders.layout(services), name)
    position = log.stat().st_size
    for line in last_lines(log, lines):
        out.print(line, markup=False)
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C ends --follow
        while follow:
            position = _show_from(log, position)
            time.sleep(POLL_SECONDS)


def find(layout: Layout, name: str) -> Path:
    """Return the log of *name*: its own, or the one whose name contains it."""
    known = _known(layout)
    exact = [path for path in known if path.stem == name]
    near = [path for path in known if f"-{name}-" in f"-{path.stem}-"]
    found = exact or near or [path for path in known if name in path.stem]
    if not found:
        names = ", ".join(path.stem for path in known) or "none yet; start with: bulkhead up"
        raise CommandError(f"There is no log of {name!r}.\nKnown logs: {names}")
    return min(found, key=lambda path: len(path.stem))


def of_resource(layout: Layout, name: str) -> list[str]:
    """Return the last lines of the log whose name a resource's name starts with."""
    stems = {path.stem for path in _known(layout)}
    words = name.split("-")
    for count in range(len(words), 0, -1):
        part = "-".join(words[:count])
        if any(f"-{part}-" in f"-{stem}-" for stem in stems):
            return failure_lines(find(layout, part))
    return []


def _known(layout: Layout) -> list[Path]:
    return sorted(layout.logs.glob("*.log")) if layout.logs.is_dir() else []


def _show_from(log: Path, position: int) -> int:
    """Print what was added since *position*; a truncated log is shown from its start."""
    size = log.stat().st_size
    if size < position:
        position = 0
    if size > position:
        with log.open("rb") as file:
            file.seek(position)
            added = file.read(size - position)
        out.print(added.decode(errors="replace"), markup=False, end="")
    return size
