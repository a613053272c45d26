"""`/`: every service, with its state, its budget, and where to look further."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.console.data import LineQuery
from localcloud.telemetry.console.masking import masked_text
from localcloud.telemetry.console.objectives import apis, budget, of_service, recent
from localcloud.telemetry.console.page import Page
from localcloud.telemetry.console.states import FAILED, MISSING, READY, STARTING, states

if TYPE_CHECKING:
    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.objectives import Entrance
    from localcloud.telemetry.console.page import Data

ERROR_MINUTES = 15
MAX_ERRORS = 500
SHOWN_ERRORS = 8
WORST_FIRST = (FAILED, MISSING, STARTING)


async def load(sources: Sources, request: Request) -> Data:
    """Return the data of the page."""
    del request
    catalogue = sources.catalogue()
    workloads = await states(sources)
    groups = {
        one["id"]: one["service"]
        for one in catalogue.get("resources") or ()
        if one["type"] == "log-group"
    }
    since = int((sources.clock() - ERROR_MINUTES * 60) * 1000)
    lines = sources.lines.find(LineQuery(level="ERROR", start=since, limit=MAX_ERRORS))
    errors = Counter(groups.get(line.group, "") for line in lines)
    known = dict.fromkeys([*sources.services(), *(one["service"] for one in workloads)])
    dashboards = {
        one["service"]: one["id"]
        for one in catalogue.get("resources") or ()
        if one["type"] == "dashboard"
    }
    return {
        "written": catalogue.get("written"),
        "endpoints": catalogue.get("endpoints") or {},
        "services": [
            _service(
                sources,
                name,
                [one for one in workloads if one["service"] == name],
                errors[name],
                dashboards.get(name, ""),
            )
            for name in known
        ],
        "apis": [{"name": one.name, **_requests(sources, one)} for one in apis(sources)],
        "error_minutes": ERROR_MINUTES,
        "errors": [
            {
                "time": line.time / 1000,
                "service": groups.get(line.group, line.group),
                "message": masked_text(line.message),
            }
            for line in lines[-SHOWN_ERRORS:]
        ],
    }


def _service(
    sources: Sources, name: str, workloads: list[dict[str, Any]], errors: int, dashboard: str
) -> Data:
    about: Data = dict(sources.services().get(name) or {})
    code = str(about.get("code") or "")
    folder = sources.catalogue().get("root") or ""
    return {
        "name": name,
        "description": about.get("description", "A part of the platform."),
        "owner": about.get("owner", "platform"),
        "tier": about.get("tier", ""),
        "version": about.get("version", ""),
        "code": code,
        "code_url": f"vscode://file{Path(folder) / code}" if code and folder else "",
        "routes": about.get("routes") or [],
        "state": _worst(workloads),
        "workloads": workloads,
        "recent_errors": errors,
        "dashboard": dashboard,
        **_requests(sources, of_service(sources, name)),
    }


def _requests(sources: Sources, entrance: Entrance) -> Data:
    return {"budget": budget(sources, entrance), "recent": recent(sources, entrance)}


def _worst(workloads: list[dict[str, Any]]) -> str:
    found = {one["state"] for one in workloads}
    bad = next((state for state in WORST_FIRST if state in found), "")
    return bad or next(iter(sorted(found - {READY})), READY if found else MISSING)


PAGE = Page("services", "/", "Services", load)
