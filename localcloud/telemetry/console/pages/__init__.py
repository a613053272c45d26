"""The pages of the console, in the order of its menu, and what can be written."""

from __future__ import annotations

from localcloud.telemetry.console.pages import cloud, logs, queues, services, tables

PAGES = (
    services.PAGE,
    logs.PAGE,
    queues.LIST,
    queues.ONE,
    tables.LIST,
    tables.ONE,
    tables.STREAMS,
    tables.STREAM,
    cloud.PAGE,
)
ACTIONS = (*queues.ACTIONS,)
