"""Which services are off because an engine of a store, or their toolchain, is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock

from localcloud import missing_toolchains, off, pending_migrations
from localcloud.engines import desired
from localcloud.engines.catalog import ENGINES

if TYPE_CHECKING:
    from localcloud.engines.engine import Server
    from localcloud.layout import Layout

PENDING = f"{off.OFF}needs its migrations: run bulkhead up"


def servers(layout: Layout) -> list[Server]:
    """Return the servers whose engine is not installed."""
    return _missing(desired.servers(layout))


def need(engine: str) -> str:
    """Return what is needed, and how to get it."""
    return f"needs {engine}: {ENGINES[engine].how_to_get}"


def needs(layout: Layout) -> dict[str, str]:
    """Return what each service needs whose toolchain, or an engine of a store, is missing."""
    return _needs(layout, servers(layout))


def refresh(layout: Layout) -> None:
    """Write why services are off for the other processes, if that has changed."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with FileLock(layout.run / "off.lock"):
        found = desired.servers(layout)
        owners = {one.service for one in found}
        reasons = dict.fromkeys(owners & set(pending_migrations.read(layout)), PENDING)
        reasons |= {
            name: f"{off.OFF}{each}" for name, each in _needs(layout, _missing(found)).items()
        }
        if reasons != dict(off.read(layout)):
            off.write(layout, reasons)


def _missing(found: list[Server]) -> list[Server]:
    engines = {one.engine for one in found}
    missing = {name for name in engines if ENGINES[name].find() is None}
    return [one for one in found if one.engine in missing]


def _needs(layout: Layout, found: list[Server]) -> dict[str, str]:
    needed = {service: [each] for service, each in missing_toolchains.read(layout).items()}
    for service, engine in sorted({(one.service, one.engine) for one in found if one.service}):
        needed.setdefault(service, []).append(need(engine))
    return {service: "; ".join(each) for service, each in needed.items()}
