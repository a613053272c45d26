"""`/logs`: the lines of all services, by text, level, service, correlation or trace ID."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.console.data import ConsoleError, LineQuery
from localcloud.telemetry.console.masking import masked_text
from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import LogLine, Request, Sources
    from localcloud.telemetry.console.page import Data

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
MINUTES = 60
LIMIT = 200
MAX_TEXT = 200


async def load(sources: Sources, request: Request) -> Data:
    """Return the data of the page."""
    asked = request.query
    level = asked.get("level", "").upper()
    if level and level not in LEVELS:
        raise ConsoleError(400, f"level={level} is refused.", f"Write one of {', '.join(LEVELS)}.")
    owners = service_of_groups(sources)
    service = asked.get("service", "")
    groups = frozenset(group for group, name in owners.items() if name == service)
    if service and not groups:
        known = ", ".join(sorted(set(owners.values()))) or "none is deployed"
        raise ConsoleError(404, f"{service} has no log group.", f"Write one of: {known}.")
    minutes = request.minutes(MINUTES)
    query = LineQuery(
        text=asked.get("text", "")[:MAX_TEXT],
        level=level,
        correlation_id=asked.get("correlation", "")[:MAX_TEXT],
        trace_id=asked.get("trace", "")[:MAX_TEXT],
        groups=groups,
        start=int((sources.clock() - minutes * 60) * 1000),
        limit=LIMIT,
    )
    lines = sources.lines.find(query)
    return {
        "minutes": minutes,
        "filter": {
            "text": query.text,
            "level": level,
            "service": service,
            "correlation": query.correlation_id,
            "trace": query.trace_id,
        },
        "levels": LEVELS,
        "services": sorted(set(owners.values())),
        "limit": LIMIT,
        "lines": [shown(line, owners) for line in reversed(lines)],
    }


def service_of_groups(sources: Sources) -> dict[str, str]:
    """Return the service of each log group."""
    resources = sources.catalogue().get("resources") or ()
    return {one["id"]: one["service"] for one in resources if one["type"] == "log-group"}


def shown(line: LogLine, owners: Mapping[str, str]) -> dict[str, Any]:
    """Return a line as pages show it: the fields of a JSON line, and its text without secrets."""
    fields: Any = {}
    if line.message.startswith("{"):
        try:
            fields = json.loads(line.message)
        except ValueError:
            fields = {}
    if not isinstance(fields, dict):
        fields = {}
    level = str(fields.get("level", ""))
    return {
        "time": line.time / 1000,
        "service": owners.get(line.group) or line.group,
        "group": line.group,
        "stream": line.stream,
        "level": level.upper(),
        "text": masked_text(str(fields.get("message") or line.message)),
        "correlation_id": str(fields.get("correlation_id") or ""),
        "trace_id": str(fields.get("trace_id") or ""),
        "message": masked_text(line.message),
    }


PAGE = Page("logs", "/logs", "Logs", load)
