"""The routes for the rest of the local environment: health, changes, the workers' reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.ecs.overrides import services as ecs_services
from localcloud.aws.ecs.overrides import tasks as ecs_tasks
from localcloud.aws.elbv2.overrides import targets as elbv2_targets
from localcloud.aws.journal import JOURNAL
from localcloud.aws.lambda_.overrides.code import read_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.aws.endpoints import ControlEndpoints
    from localcloud.control.changes import Changes
    from localcloud.control.routes import Request, Routes

LONGEST_POLL_SECONDS = 60


def add_routes(
    routes: Routes, changes: Changes, endpoints: ControlEndpoints, services: list[str]
) -> None:
    """Add all of them to *routes*; *services* are what a reader who knows nothing is told."""

    def since(request: Request) -> dict[str, Any]:
        version = int(request.query.get("since", 0))
        timeout = min(float(request.query.get("timeout", 25)), LONGEST_POLL_SECONDS)
        now, changed = changes.since(version, timeout, services)
        return {"version": now, "services": changed}

    routes.add("GET", "health", lambda _: {"status": "ready"})
    routes.add("GET", "changes", since)
    routes.add("GET", "functions/code/([^/]+)", lambda r: read_code(endpoints, r.path[0]))
    routes.add("PUT", "ecs/services", _reported(ecs_services.report))
    routes.add("PUT", "ecs/tasks", _reported(ecs_tasks.report))
    routes.add("PUT", "target-health", _reported(elbv2_targets.report))


def _reported(merge: Callable[[dict[str, Any]], None]) -> Callable[[Request], dict[str, Any]]:
    def report(request: Request) -> dict[str, Any]:
        body = request.json()
        with JOURNAL.transaction() as work:
            work.service, work.operation = "bulkhead", "Report"
            merge(body)
        return {}

    return report
