"""`bulkhead url`: the local URL of a load balancer, an API or a stack output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from localcloud.engine.creations import look_up
from localcloud.names import Names, read_names
from localcloud.ports import HOST
from ops import cloud, deployed, folders, foreign
from ops.errors import CommandError

if TYPE_CHECKING:
    from localcloud.layout import Layout


def _names(layout: Layout) -> Names:
    """Return the names that the local cloud reports; without it, those known by their form."""
    try:
        return read_names(layout)
    except OSError:
        return Names(layout)


def run(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|URL", help="As shop, api, a called service, a DNS name or a URL."
        ),
    ],
    *,
    services: folders.ServicesOption = None,
) -> None:
    """Print the local URL of a load balancer, an API, a function, a bucket, or a URL of AWS."""
    if urlsplit(name).hostname == HOST:  # as the output of an API that is deployed here
        typer.echo(name)
        return
    layout = folders.layout(services)
    served = cloud.endpoints(layout, deployed.resources(layout))
    for one in foreign.stacks(layout):
        theirs = deployed.parse(one.deployment, lambda urn: look_up(layout, urn))
        served = cloud.endpoints(layout, theirs) | served
    found = served.get(name, "")
    found = found or _names(layout).find(name)
    if not found:
        known = ", ".join(one for one, url in served.items() if url) or "none; run: bulkhead up"
        raise CommandError(f"{name!r} has no address on this machine. Served: {known}")
    typer.echo(found)
