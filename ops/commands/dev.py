"""`bulkhead dev`: run saved files in the local cloud, without a deployment."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import aiohttp
import typer

from ops import folders
from ops.dev import services as developed
from ops.dev.lease import Lease
from ops.dev.session import Session
from ops.screen import out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout
    from ops.dev.services import Service


def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...")] = None,
    *,
    services: folders.ServicesOption = None,
) -> None:
    """Run the code of services as it is saved, until Ctrl-C; default: every service.

    The deployed code and the state of the stack stay as they are.
    """
    layout = folders.layout(services)
    found = developed.services(layout)
    chosen = {name: found[name] for name in developed.chosen(found, names or ())}
    try:
        asyncio.run(_develop(layout, chosen, every=not names))
    except (KeyboardInterrupt, asyncio.CancelledError):
        out.print("\nThe deployed code runs again. To deploy what you saved: bulkhead up")


async def _develop(layout: Layout, chosen: Mapping[str, Service], *, every: bool) -> None:
    me = asyncio.current_task()
    if me is not None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, me.cancel)
    async with aiohttp.ClientSession() as http:
        await Session(layout, Lease(layout, http), chosen, every=every).run()
