"""`bulkhead open`: the page that shows the running system."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from localcloud import ports
from localcloud.ports import HOST, claim
from ops import catalogue_file, folders
from ops.errors import CommandError

if TYPE_CHECKING:
    from localcloud.layout import Layout


def url(layout: Layout) -> str:
    """Return the URL of the console."""
    return f"http://{HOST}:{claim(layout, 'console')}/"


def run(
    service: Annotated[
        str | None, typer.Argument(metavar="[SERVICE]", help="Show the log lines of one service.")
    ] = None,
    *,
    services: folders.ServicesOption = None,
) -> None:
    """Print the URL of the console, and open it in the browser if there is one."""
    layout = folders.layout(services)
    found = url(layout)
    if not ports.is_listening(claim(layout, "console")):
        raise CommandError("The local cloud is stopped. Start it with: bulkhead up")
    if service is not None:
        known = catalogue_file.service_names(layout)
        if service not in known:
            raise CommandError(
                f"There is no service {service!r}. Write one of: {', '.join(known) or 'none'}"
            )
        found += f"logs?{urlencode({'service': service})}"
    typer.echo(found)
    if has_browser():
        webbrowser.open(found)


def has_browser() -> bool:
    """Return whether this is a person's terminal on a desktop; a text browser would take it."""
    desktop = (
        sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return bool(desktop) and sys.stdout.isatty()
