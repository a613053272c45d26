"""`python -m localcloud.runtime.workers`: runs functions, tasks, event sources and timers."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from localcloud.keep_running import keep_running
from localcloud.layout import Layout
from localcloud.runtime.context import worker_context
from localcloud.runtime.event_sources import pollers
from localcloud.runtime.executions import run as executions
from localcloud.runtime.functions import run as functions
from localcloud.runtime.scaling import tables
from localcloud.runtime.tasks import run as tasks
from localcloud.runtime.timers import expiry
from localcloud.runtime.timers import run as timers
from localcloud.runtime.workers.server import serving
from localcloud.supervisor.child import follow_parent

PARTS = {
    "functions": functions.run,
    "event_sources": pollers.follow_mappings,
    "tasks": tasks.run,
    "scaling": tables.follow_policies,
    "timers": timers.run,
    "expiry": expiry.follow_expiry,
    "executions": executions.run,
}


async def work(layout: Layout) -> None:
    """Run all parts until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with worker_context(layout) as context, serving(context, PARTS):
        running = asyncio.create_task(keep_running(context, PARTS))
        await stop.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def main() -> int:
    """Run the process; return 0 after a graceful shutdown."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    follow_parent()
    layout = Layout.current()
    layout.keep_private()
    asyncio.run(work(layout))
    return 0


if __name__ == "__main__":
    sys.exit(main())
