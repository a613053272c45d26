"""The services that can be developed: in the checkout, and deployed to the local cloud."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builders.target import LOCAL
from localcloud.off import NotRunningServices
from localcloud.supervisor import client as supervisor
from ops import deployed
from ops.artifacts import sources
from ops.errors import CommandError
from ops.folders import PLATFORM_FUNCTIONS, of_environment
from spec.faults import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from builders.build import Sources
    from builders.source import Source
    from localcloud.layout import Layout
    from ops.deployed import Resource, Workload

FUNCTION = "aws:lambda/function:Function"
SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
IMAGE_DIGEST = re.compile(r"@sha256:([0-9a-f]{64})$")
_KIT = re.compile(rb"^\s*(?:from|import)\s+kit\b", re.MULTILINE)


@dataclass(frozen=True)
class Service:
    """A service with its code and what is deployed of it."""

    name: str
    source: Source
    is_function: bool
    workloads: tuple[Workload, ...]
    deployed: frozenset[str]
    """Digests of the sources that its workloads were built from."""

    @property
    def uses_kit(self) -> bool:
        """Whether its code imports the kit."""
        files = self.source.folder.rglob("*.py")
        return any(_KIT.search(one.read_bytes()) for one in files)


def services(layout: Layout) -> dict[str, Service]:
    """Return the deployed services of the checkout by name.

    Raises CommandError if a service file is invalid or the local cloud does not run.
    """
    if not supervisor.is_running(layout):
        raise CommandError("The local cloud is stopped. Start it: bulkhead up")
    try:
        known = sources()
    except SpecError as error:
        raise CommandError(str(error)) from error
    found = parse(known, deployed.resources(layout))
    not_running = NotRunningServices(layout)()
    found = {name: one for name, one in found.items() if name not in not_running}
    if not found:
        raise CommandError("No service is deployed. Deploy them: bulkhead up")
    return found


def parse(known: Sources, resources: Mapping[str, Resource]) -> dict[str, Service]:
    """Return the services whose code is in *known* and whose workloads are in *resources*."""
    workloads = deployed.workloads(resources)
    digests = _digests(resources)
    every = [(one, True) for one in known.archives] + [(one, False) for one in known.images]
    found: dict[str, Service] = {}
    for source, is_function in sorted(every, key=lambda one: one[0].name):
        own = tuple(
            one
            for one in workloads
            if one.service == source.name and (one.kind == deployed.LAMBDA) is is_function
        )
        if own and source.name not in PLATFORM_FUNCTIONS:
            built = frozenset(digests[one.id] for one in own if one.id in digests)
            found[source.name] = Service(source.name, source, is_function, own, built)
    return found


def chosen(found: Mapping[str, Service], names: Sequence[str]) -> list[str]:
    """Return *names*, or the names of all services; raises CommandError for an unknown one."""
    for name in names:
        if name not in found:
            about = "is not deployed, stopped or off. See: bulkhead status"
            if not (of_environment(LOCAL) / name / "service.yaml").is_file():
                about = "does not exist."
            raise CommandError(
                f"The service {name!r} {about}\nDeployed services: {', '.join(found)}"
            )
    return sorted(set(names)) or list(found)


def _digests(resources: Mapping[str, Resource]) -> dict[str, str]:
    """Return the digest of the source of each function and ECS service, where it is known."""
    images = {
        one.properties.get("arn"): _image_digest(one.properties.get("containerDefinitions"))
        for one in deployed.of_type(resources, TASK_DEFINITION)
    }
    archives = {
        one.id: Path(one.properties.get("code", {}).get("path", "")).parent.name
        for one in deployed.of_type(resources, FUNCTION)
    }
    return archives | {
        one.id: images.get(one.properties.get("taskDefinition"), "")
        for one in deployed.of_type(resources, SERVICE)
    }


def _image_digest(definitions: Any) -> str:
    containers: Iterable[Mapping[str, Any]] = json.loads(definitions or "[]")
    for one in containers:
        if found := IMAGE_DIGEST.search(str(one.get("image"))):
            return found[1]
    return ""
