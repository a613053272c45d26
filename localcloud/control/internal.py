"""Internal routes: health, changes, DNS names, and the downloads and reports of services."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from localcloud.aws.journal import JOURNAL
from localcloud.aws.registry import services
from localcloud.control.names import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.aws.endpoints import ControlEndpoints
    from localcloud.control.changes import Changes
    from localcloud.control.routes import Request, Routes

MAX_POLL_SECONDS = 60


def add_routes(
    routes: Routes, changes: Changes, endpoints: ControlEndpoints, initial: list[str]
) -> None:
    """Add all routes; a new reader of the change feed gets the services *initial*."""

    def since(request: Request) -> dict[str, Any]:
        version = int(request.query.get("since", 0))
        timeout = min(float(request.query.get("timeout", 25)), MAX_POLL_SECONDS)
        now, changed = changes.since(version, timeout, initial)
        return {"version": now, "services": changed}

    routes.add("GET", "health", lambda _: {"status": "ready"})
    routes.add("GET", "changes", since)
    routes.add("GET", "names", lambda _: names())
    for service in services():
        for pattern, name in service.downloads.items():
            routes.add("GET", pattern, partial(_download, service.load(name), endpoints))
        for pattern, name in service.reports.items():
            routes.add("PUT", pattern, partial(_merge, service.load(name)))


def _download(read: Callable[..., Any], endpoints: ControlEndpoints, request: Request) -> Any:
    return read(endpoints, *request.path)


def _merge(merge: Callable[[dict[str, Any]], None], request: Request) -> dict[str, Any]:
    body = request.json()
    with JOURNAL.transaction() as work:
        work.service, work.operation = "bulkhead", "Report"
        merge(body)
    return {}
