"""Puts the console on its port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.console.application import application
from localcloud.telemetry.console.connect import sources

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext


def install(context: TelemetryContext) -> None:
    """Make the application of the port `console`; the stores must be there."""
    context.console = application(sources(context))
