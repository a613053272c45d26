"""`bulkhead env`: the environment variables for plain Pulumi on the local cloud."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from localcloud.engine.ensure import ensure
from localcloud.layout import Layout
from ops import cloud, deployed, environment, stack
from ops.screen import step


def run(
    name: Annotated[str, typer.Argument(metavar="ENVIRONMENT")] = environment.LOCAL,
) -> None:
    """Print the shell commands after which `pulumi up` works on the local cloud.

    Use it as: eval "$(bulkhead env local)". SHOP_URL and API_URL are the addresses of the shop.
    """
    environment.require_local(name)
    layout = Layout.current()
    with step() as show:
        engine = ensure(show)
    found = environment.local(layout, engine)
    stack.prepare(layout, engine, found)
    served = cloud.endpoints(layout, deployed.resources(layout))
    addresses = {f"{one.upper()}_URL": url for one, url in served.items() if url}
    typer.echo(replace(found, variables={**found.variables, **addresses}).as_shell())
