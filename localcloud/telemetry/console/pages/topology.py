"""`/map`: what the services declare of each other, and what happened in the last minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.telemetry.console.data import Edge, Request, Sources
    from localcloud.telemetry.console.page import Data

MINUTES = 5


async def load(sources: Sources, request: Request) -> Data:
    """Return the data of the page."""
    del request
    services = sources.services()
    now = int(sources.clock())
    used = {(one.caller, one.callee): one for one in sources.traces.edges(now - MINUTES * 60, now)}
    edges: list[dict[str, Any]] = []
    for source, target, how in declared(services):
        through = used.pop((source, target), None)
        edges.append(_edge(source, target, how, through, declared=True))
    edges += [
        _edge(one.caller, one.callee, "call", one, declared=False)
        for one in used.values()
        if one.caller
    ]
    names = dict.fromkeys(
        [*services, *(name for one in edges for name in (one["source"], one["target"]))]
    )
    return {
        "minutes": MINUTES,
        "nodes": [
            {
                "id": name,
                "label": name.removeprefix("event "),
                "kind": "service" if name in services else "event" if _is_event(name) else "other",
                "state": services.get(name, {}).get("description", ""),
                "href": f"/traces?service={name}" if name in services else "",
            }
            for name in names
        ],
        "edges": edges,
    }


def declared(services: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what the services declare: source, target and how they are connected."""
    for name, one in services.items():
        yield from ((name, callee, "call") for callee in one["calls"] if callee in services)
        yield from ((name, f"event {event}", "publishes") for event in one["publishes"])
        yield from ((f"event {event}", name, "consumes") for event in one["consumes"])
        for senders in one["queues"].values():
            yield from ((sender, name, "queue") for sender in senders)


def _is_event(name: str) -> bool:
    return name.startswith("event ")


def _edge(
    source: str, target: str, how: str, used: Edge | None, *, declared: bool
) -> dict[str, Any]:
    calls, errors = (used.calls, used.errors) if used else (0, 0)
    return {
        "source": source,
        "target": target,
        "how": how,
        "declared": declared,
        "used": bool(used) or how in ("publishes", "consumes"),
        "calls": calls,
        "errors": errors,
        "p99_ms": round(used.p99_ms, 1) if used else None,
        "label": f"{calls} calls, {used.p99_ms:.0f} ms" + (f", {errors} errors" if errors else "")
        if used
        else "",
    }


PAGE = Page("map", "/map", "Map", load)
