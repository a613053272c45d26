"""Which servers, and so which services, are off because their engine is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock

from localcloud import off
from localcloud.engines import desired
from localcloud.engines.catalog import ENGINES

if TYPE_CHECKING:
    from localcloud.engines.engine import Server
    from localcloud.layout import Layout


def servers(layout: Layout) -> list[Server]:
    """Return the servers whose engine is not installed."""
    found = desired.servers(layout)
    missing = {name for name in {one.engine for one in found} if ENGINES[name].find() is None}
    return [one for one in found if one.engine in missing]


def need(engine: str) -> str:
    """Return what is needed, and how to get it."""
    return f"needs {engine}: {ENGINES[engine].how_to_get}"


def refresh(layout: Layout) -> None:
    """Write the reasons by service for the other processes, if they have changed."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with FileLock(layout.run / "off.lock"):
        needs: dict[str, list[str]] = {}
        for service, engine in sorted({(one.service, one.engine) for one in servers(layout)}):
            if service:
                needs.setdefault(service, []).append(need(engine))
        reasons = {service: f"{off.OFF}{'; '.join(each)}" for service, each in needs.items()}
        if reasons != dict(off.read(layout)):
            off.write(layout, reasons)
