"""Start and shutdown of the telemetry process."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from localcloud.layout import Layout
from localcloud.supervisor.child import follow_parent
from localcloud.telemetry import parts
from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.server import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from localcloud.telemetry.context import TelemetryContext


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
    asyncio.run(_until_stopped(layout))
    return 0


async def _until_stopped(layout: Layout) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(layout):
        await stop.wait()


@asynccontextmanager
async def running(layout: Layout, endpoint: str | None = None) -> AsyncIterator[TelemetryContext]:
    """Serve both ports and run all parts until the block ends."""
    async with telemetry_context(layout, endpoint) as context:
        parts.install(context)
        async with serving(context):
            task = asyncio.create_task(parts.run(context), name="parts")
            try:
                yield context
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
