"""Writes `run/catalogue.json`: what the console shows of services that it cannot ask the cloud.

The local cloud may not read services, so `up` writes what they declare and what it has deployed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from localcloud.layout import ROOT
from localcloud.provider import modes
from localcloud.provider.row import Mode
from ops import cloud, deployed, folders, stack
from ops.environment import LOCAL
from ops.policies import configuration
from policy.engine.settings import SETTINGS
from spec.catalogue import load_catalogue
from stacks.objectives import of_api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from localcloud.layout import Layout
    from ops.deployed import Resource
    from spec.service import ServiceSpec

    Describe = Callable[[Mapping[str, Resource], Resource], Iterator[dict[str, Any]]]

VERSION_DIGITS = 8
IGNORED = frozenset({"__pycache__", "tests", ".venv", "node_modules"})


def path(layout: Layout) -> Path:
    """Return the path of the file."""
    return layout.run / "catalogue.json"


def service_names(layout: Layout) -> list[str]:
    """Return the names of the services in the file; [] without a file."""
    try:
        return list(json.loads(path(layout).read_text())["services"])
    except FileNotFoundError:
        return []


def write(layout: Layout, found: Mapping[str, Resource], findings: Sequence[str] = ()) -> None:
    """Write what the services declare, what is deployed, and the advice of policies."""
    folder = folders.existing()
    catalogue = load_catalogue(folder)
    specs = catalogue.services
    typed = modes.resources({"deployment": stack.checkpoint(layout)})
    counts = Counter((one.type, one.mode) for one in typed)
    reasons = modes.recorded_types()
    content = {
        "written": int(time.time()),
        "environment": LOCAL,
        "root": str(ROOT),
        "services": {name: _service(folder, spec) for name, spec in specs.items()},
        "api_objectives": {"availability": of_api(catalogue).availability_percent},
        "workloads": [
            {"service": one.service, "name": one.name, "kind": one.kind, "id": one.id}
            for one in deployed.workloads(found)
        ],
        "endpoints": _endpoints(layout, found),
        "resources": list(_resources(found)),
        "modes": {
            str(mode): sum(count for (_, one), count in counts.items() if one is mode)
            for mode in Mode
        },
        "types": [
            {"type": type_, "mode": str(mode), "count": count}
            for (type_, mode), count in sorted(counts.items())
        ],
        "recorded": [
            {"type": one.type, "name": one.name, "reason": reasons.get(one.type, "")}
            for one in typed
            if one.mode is Mode.RECORDED
        ],
        "exemptions": configuration(LOCAL)[SETTINGS]["exemptions"],
        "findings": list(findings),
    }
    _replace(layout, content)


def write_endpoints(layout: Layout, found: Mapping[str, Resource]) -> None:
    """Write the URLs again, when every endpoint is served."""
    _replace(
        layout, json.loads(path(layout).read_text()) | {"endpoints": _endpoints(layout, found)}
    )


def _endpoints(layout: Layout, found: Mapping[str, Resource]) -> dict[str, str]:
    return {name: url for name, url in cloud.endpoints(layout, found).items() if url}


def _replace(layout: Layout, content: Mapping[str, Any]) -> None:
    layout.run.mkdir(parents=True, exist_ok=True)
    unfinished = path(layout).with_name(f"catalogue.{secrets.token_hex(4)}")
    unfinished.write_text(json.dumps(content, indent=1) + "\n")
    unfinished.replace(path(layout))


def _service(folder: Path, spec: ServiceSpec) -> dict[str, Any]:
    return {
        "description": spec.description,
        "owner": spec.owner,
        "tier": str(spec.tier),
        "version": version(folder / spec.name),
        "code": folders.shown(folder / spec.name),
        "kind": spec.compute.KIND,
        "routes": [
            {"path": one.path, "methods": list(one.methods), "auth": one.auth}
            for one in spec.routes
        ],
        "calls": list(spec.calls),
        "publishes": {
            event: [one.KIND for one in publication.channel]
            for event, publication in spec.publishes.items()
        },
        "consumes": list(spec.consumes),
        "queues": {name: list(one.senders) for name, one in spec.queues.items()},
        "stores": {name: one.KIND for name, one in spec.stores.items()},
        "jobs": list(spec.jobs),
        "objectives": spec.objectives.model_dump(),
    }


def version(folder: Path) -> str:
    """Return the digest of a service's code as it was deployed."""
    found = hashlib.sha256()
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = file.relative_to(folder)
        if not IGNORED.intersection(name.parts):
            found.update(f"{name}\0".encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:VERSION_DIGITS]


def _resources(found: Mapping[str, Resource]) -> Iterator[dict[str, Any]]:
    """Yield the resources that the console asks about, with the service of each."""
    for one in found.values():
        describe = KINDS.get(one.type)
        if describe is not None:
            service = deployed.microservice(found, one) or deployed.label(one)
            for each in describe(found, one):
                yield {"service": service, "name": one.name, **each}


def _target_group(found: Mapping[str, Resource], one: Resource) -> Iterator[dict[str, Any]]:
    """Yield the group with each load balancer: its own outputs are from before it had one."""
    for each in found.values():
        if each.type in BALANCERS:
            yield {
                "type": "target-group",
                "id": one.id,
                "dimensions": {
                    "TargetGroup": one.properties.get("arnSuffix", ""),
                    "LoadBalancer": each.properties.get("arnSuffix", ""),
                },
            }


def _named(kind: str, field: str = "name") -> Describe:
    def describe(found: Mapping[str, Resource], one: Resource) -> Iterator[dict[str, Any]]:
        del found
        yield {"type": kind, "id": one.properties.get(field) or one.id}

    return describe


BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
KINDS: Mapping[str, Describe] = {
    "aws:cloudwatch/logGroup:LogGroup": _named("log-group"),
    "aws:cloudwatch/dashboard:Dashboard": _named("dashboard", "dashboardName"),
    "aws:apigatewayv2/api:Api": _named("http-api", "id"),
    "aws:lambda/function:Function": _named("function"),
    "aws:sqs/queue:Queue": _named("queue"),
    "aws:dynamodb/table:Table": _named("table"),
    "aws:kinesis/stream:Stream": _named("stream"),
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:alb/targetGroup:TargetGroup": _target_group,
}
"""What the console is told about a resource, by type."""
