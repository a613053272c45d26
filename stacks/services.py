"""The services layer: every microservice of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.microservice import Microservice
from components.routing.paths import priorities
from components.service.args import Callee
from spec.model import Entrance
from stacks.context import ServiceContext
from stacks.from_spec import microservice_args, route

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.messaging.event_topic import EventTopic
    from components.routing.paths import Route
    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.deployment_target import DeploymentTarget
    from stacks.routing import RoutingOutputs


@dataclass(frozen=True, kw_only=True)
class ServicesUpstream:
    """Layers and settings that services depend on."""

    target: DeploymentTarget
    platform: Platform
    artifacts: Artifacts
    topics: Mapping[str, EventTopic]
    routing: RoutingOutputs
    publicly_reachable: bool


def build(
    settings: ComputeSettings,
    catalogue: Catalogue,
    upstream: ServicesUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> dict[str, Microservice]:
    """Define each service of *catalogue*."""
    context = ServiceContext(
        target=upstream.target,
        platform=upstream.platform,
        compute=settings,
        artifacts=upstream.artifacts,
        topics=upstream.topics,
        callees=_callees(catalogue, upstream),
        priorities=priorities(_load_balanced(catalogue)),
    )
    return {
        name: Microservice(name, microservice_args(spec, context), opts)
        for name, spec in catalogue.services.items()
    }


def _load_balanced(catalogue: Catalogue) -> list[Route]:
    return [
        route(each)
        for spec in catalogue.services.values()
        if spec.compute.ENTRANCE is Entrance.LOAD_BALANCER
        for each in spec.routes
    ]


def _callees(catalogue: Catalogue, upstream: ServicesUpstream) -> dict[str, Callee]:
    entrances = {
        Entrance.LOAD_BALANCER: Callee(
            url=upstream.routing.shop_url, internal=not upstream.publicly_reachable
        ),
        Entrance.HTTP_API: Callee(url=upstream.routing.api.endpoint),
    }
    return {name: entrances[spec.compute.ENTRANCE] for name, spec in catalogue.services.items()}
