"""`/map`: what the services declare, and which of it was used in the last minutes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.telemetry.console.data import Edge, Request, Sources
    from localcloud.telemetry.console.page import Data

    Used = dict[tuple[str, str], Edge]

MINUTES = 5
PEERS = {
    "dynamodb": "DynamoDB",
    "s3": "S3",
    "postgresql": "postgresql",
    "aurora-postgresql": "postgresql",
}
"""What spans call the kinds of stores whose calls are recorded; the others are not measured."""
MESSAGES = ("publishes", "consumes", "queue")
EVENT, STORE = "event ", "store "


async def load(sources: Sources, request: Request) -> Data:
    """Return the data of the page."""
    del request
    services = sources.services()
    now = int(sources.clock())
    used = {(one.caller, one.callee): one for one in sources.traces.edges(now - MINUTES * 60, now)}
    edges = [*_calls(services, used), *_events(services, used), *_stores(services, used)]
    edges += [
        _edge(*pair, "call" if pair[1] in services else "AWS", one, declared=False)
        for pair, one in used.items()
        if pair[0]
    ]
    ends = (name for one in edges for name in (one["source"], one["target"]))
    nodes = {name: _node(name, sources) for name in dict.fromkeys([*services, *ends])}
    for one in edges:
        one["from"], one["to"] = nodes[one["source"]], nodes[one["target"]]
    return {"minutes": MINUTES, "nodes": list(nodes.values()), "edges": edges}


def _calls(services: Mapping[str, Any], used: Used) -> Iterator[dict[str, Any]]:
    """Yield the calls of services, and the messages to their queues."""
    for name, one in services.items():
        for callee in one["calls"]:
            if callee in services:
                yield _edge(name, callee, "call", used.pop((name, callee), None))
        for senders in one["queues"].values():
            for sender in senders:
                yield _edge(sender, name, "queue", used.pop((sender, name), None))


def _events(services: Mapping[str, Any], used: Used) -> Iterator[dict[str, Any]]:
    """Yield the way of each event: the messages of a publisher to a consumer count on both."""
    for name, one in services.items():
        for event in one["publishes"]:
            consumers = [other for other, each in services.items() if event in each["consumes"]]
            caused = [used[name, other] for other in consumers if (name, other) in used]
            yield _edge(name, EVENT + event, "publishes", *caused)
    publishers = {name: set(one["publishes"]) for name, one in services.items()}
    for name, one in services.items():
        for event in one["consumes"]:
            pairs = [(other, name) for other, known in publishers.items() if event in known]
            caused = [used[pair] for pair in pairs if pair in used]
            yield _edge(EVENT + event, name, "consumes", *caused)
    for name, one in services.items():
        for other, each in services.items():
            if set(one["publishes"]) & set(each["consumes"]):
                used.pop((name, other), None)


def _stores(services: Mapping[str, Any], used: Used) -> Iterator[dict[str, Any]]:
    """Yield the stores of each service; spans do not tell two stores of a kind apart."""
    for name, one in services.items():
        peers = Counter(PEERS.get(kind, "") for kind in one["stores"].values())
        for store, kind in one["stores"].items():
            peer = PEERS.get(kind, "")
            through = used.get((name, peer)) if peer else None
            found = _edge(name, f"{STORE}{name} {store}", kind, *([through] if through else ()))
            if not peer:
                found["used"] = None
            elif through and peers[peer] > 1:
                found["shared"] = True
            yield found
        for peer in peers:
            used.pop((name, peer), None)


def _node(name: str, sources: Sources) -> dict[str, Any]:
    services = sources.services()
    found = {"id": name, "label": name, "kind": "other", "state": "AWS", "href": ""}
    if name in services:
        href = f"/traces?{urlencode({'service': name})}"
        about = {"kind": "service", "state": services[name]["description"], "href": href}
        return found | about
    if name.startswith(EVENT):
        return found | {"label": name.removeprefix(EVENT), "kind": "event", "state": "event"}
    if name.startswith(STORE):
        owner, store = name.removeprefix(STORE).split(" ")
        kind = services[owner]["stores"][store]
        href = _table(sources, owner, store)
        return found | {
            "label": store,
            "kind": "store",
            "state": f"{kind} of {owner}",
            "href": href,
        }
    return found


def _table(sources: Sources, service: str, store: str) -> str:
    """Return the page of a table; '' if the store is none."""
    for one in sources.catalogue().get("resources") or ():
        wanted = one["type"] == "table" and one["service"] == service
        if wanted and f"{service}-{store}" in one["name"]:
            return f"/tables/{quote(one['id'], safe='')}"
    return ""


def _edge(
    source: str, target: str, how: str, *used: Edge | None, declared: bool = True
) -> dict[str, Any]:
    found = [one for one in used if one]
    calls, errors = sum(one.calls for one in found), sum(one.errors for one in found)
    p99 = max((one.p99_ms for one in found), default=None)
    what = "calls" if how not in MESSAGES else "messages"
    label = f"{calls} {what}, {p99:.0f} ms" if p99 is not None else ""
    return {
        "source": source,
        "target": target,
        "how": how,
        "declared": declared,
        "used": bool(found),
        "shared": False,
        "calls": calls,
        "errors": errors,
        "p99_ms": None if p99 is None else round(p99, 1),
        "label": label + (f", {errors} errors" if errors else ""),
    }


PAGE = Page("map", "/map", "Map", load)
