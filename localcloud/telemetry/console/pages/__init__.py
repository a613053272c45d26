"""The pages of the console, in the order of its menu, and what can be written."""

from __future__ import annotations

from localcloud.telemetry.console.pages import (
    alarms,
    cloud,
    dashboards,
    deployments,
    logs,
    queues,
    services,
    tables,
    topology,
    traces,
)

PAGES = (
    services.PAGE,
    topology.PAGE,
    traces.LIST,
    traces.ONE,
    logs.PAGE,
    dashboards.LIST,
    dashboards.ONE,
    alarms.PAGE,
    queues.LIST,
    queues.ONE,
    tables.LIST,
    tables.ONE,
    tables.STREAMS,
    tables.STREAM,
    deployments.PAGE,
    deployments.POLICIES,
    cloud.PAGE,
)
ACTIONS = (*alarms.ACTIONS, *queues.ACTIONS)
