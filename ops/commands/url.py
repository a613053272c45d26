"""`bulkhead url`: the local URL of a load balancer, an API or a stack output."""

from __future__ import annotations

from typing import Annotated

import typer

from localcloud.layout import Layout
from localcloud.names import with_local_addresses
from ops import cloud, deployed
from ops.errors import CommandError


def run(
    name: Annotated[
        str, typer.Argument(metavar="NAME|URL", help="As shop, api, or the URL of a stack output.")
    ],
) -> None:
    """Print the local URL of a load balancer, of an API, or of a URL that AWS would serve."""
    layout = Layout.current()
    served = cloud.endpoints(layout, deployed.resources(layout))
    found = served.get(name, "")
    if not found and (local := with_local_addresses(layout, name)) != name:
        found = local
    if not found:
        known = ", ".join(one for one, url in served.items() if url) or "none; run: bulkhead up"
        raise CommandError(f"{name!r} has no address on this machine. Served: {known}")
    typer.echo(found)
