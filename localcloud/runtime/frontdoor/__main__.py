"""`python -m localcloud.runtime.frontdoor`: load balancers and HTTP APIs on local ports."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

import uvloop

from localcloud.layout import Layout
from localcloud.runtime.frontdoor.bound_port import PortInUseError
from localcloud.runtime.frontdoor.serve import running_front_door
from localcloud.supervisor.child import follow_parent

_LOG = logging.getLogger("localcloud.runtime.frontdoor")


async def serve(layout: Layout) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_front_door(layout):
        await stop.wait()


def main() -> int:
    """Run the process; return 0 after a graceful shutdown."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # logged by us
    follow_parent()
    layout = Layout.current()
    layout.keep_private()
    try:
        uvloop.run(serve(layout))
    except PortInUseError as error:
        _LOG.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
