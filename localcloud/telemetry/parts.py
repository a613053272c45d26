"""The parts of the telemetry process.

Each is kept running like the parts of the workers. Before the parts run, `install` gives each the
occasion to create its tables, and to register its operations and routes.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from localcloud.keep_running import keep_running
from localcloud.telemetry import space
from localcloud.telemetry.alarms import run as alarms
from localcloud.telemetry.console import run as console
from localcloud.telemetry.firehose import run as firehose
from localcloud.telemetry.insights import run as insights
from localcloud.telemetry.logs import run as logs
from localcloud.telemetry.metrics import run as metrics
from localcloud.telemetry.scaling import run as scaling
from localcloud.telemetry.traces import run as traces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.telemetry.context import TelemetryContext

INSTALL: tuple[Callable[[TelemetryContext], None], ...] = (
    metrics.install,
    logs.install,
    traces.install,
    scaling.install,
    console.install,
    alarms.install,
    space.install,
)
"""Called in order before the servers listen."""

PARTS: dict[str, Callable[[TelemetryContext], Awaitable[None]]] = {
    "firehose": firehose.run,
    "insights": insights.run,
    "logs": logs.run,
    "metrics": metrics.run,
    "alarms": alarms.run,
    "scaling": scaling.run,
    "traces": traces.run,
    "space": space.run,
}
"""By name: what runs until the process ends."""


def install(context: TelemetryContext) -> None:
    """Let each area create its tables, and register its operations and routes."""
    for each in INSTALL:
        each(context)


async def run(context: TelemetryContext) -> None:
    """Run every part until cancelled; a part that ends is restarted after a delay."""
    await keep_running(context, PARTS)
    await asyncio.Event().wait()
