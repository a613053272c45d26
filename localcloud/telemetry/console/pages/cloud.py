"""`/cloud`: what the emulated AWS is made of, and what it does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data


async def load(sources: Sources, request: Request) -> Data:
    """Return the data of the page."""
    del request
    catalogue = sources.catalogue()
    supervisor = sources.files("run/supervisor.json")
    stopped = sources.files("data/stopped.json")
    off = sources.files("data/off.json")
    return {
        "written": catalogue.get("written"),
        "modes": catalogue.get("modes") or {},
        "types": catalogue.get("types") or [],
        "recorded": catalogue.get("recorded") or [],
        "processes": [
            {name: one.get(name) for name in ("name", "state", "pid", "restarts", "detail")}
            for one in supervisor.get("processes") or ()
        ],
        "off": [
            {"service": name, "reason": reason.removeprefix("off: ")}
            for name, reason in sorted(off.items())
        ],
        "stopped": stopped.get("services") or [],
        "storage": dict(sources.storage()),
    }


PAGE = Page("cloud", "/cloud", "Cloud", load)
