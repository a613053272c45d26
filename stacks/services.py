"""The services layer: every microservice of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.microservice import Microservice
from components.routing.paths import priorities
from components.service.args import Callee
from spec.compute import FargateCompute
from stacks.contract import Contract
from stacks.from_spec import Surroundings, microservice_args, route

if TYPE_CHECKING:
    import pulumi

    from components.routing.paths import Route
    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.messaging import MessagingOutputs
    from stacks.place import Place
    from stacks.routing import RoutingOutputs


@dataclass(frozen=True, kw_only=True)
class ServicesOutputs(Contract):
    """Where each service runs."""

    layer = "services"

    services: dict[str, dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class ServicesUpstream:
    """What services stand on."""

    place: Place
    platform: Platform
    artifacts: Artifacts
    messaging: MessagingOutputs
    routing: RoutingOutputs
    publicly_reachable: bool


def build(
    settings: ComputeSettings,
    catalogue: Catalogue,
    upstream: ServicesUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> ServicesOutputs:
    """Define each service of *catalogue* and return where it runs."""
    around = Surroundings(
        place=upstream.place,
        platform=upstream.platform,
        compute=settings,
        artifacts=upstream.artifacts,
        topic_arns=upstream.messaging.topic_arns,
        callees=_callees(catalogue, upstream),
        priorities=priorities(_load_balanced(catalogue)),
    )
    made = {
        name: Microservice(name, microservice_args(spec, around), opts)
        for name, spec in catalogue.services.items()
    }
    return ServicesOutputs(
        services={
            name: _where(service, upstream.platform.cluster_arn) for name, service in made.items()
        }
    )


def _load_balanced(catalogue: Catalogue) -> list[Route]:
    return [
        route(each)
        for spec in catalogue.services.values()
        if isinstance(spec.compute, FargateCompute)
        for each in spec.routes
    ]


def _callees(catalogue: Catalogue, upstream: ServicesUpstream) -> dict[str, Callee]:
    shop = Callee(url=upstream.routing.shop_url, internal=not upstream.publicly_reachable)
    api = Callee(url=upstream.routing.api_endpoint)
    return {
        name: shop if isinstance(spec.compute, FargateCompute) else api
        for name, spec in catalogue.services.items()
    }


def _where(service: Microservice, cluster_arn: pulumi.Input[str]) -> dict[str, object]:
    if service.function_name is not None:
        return {"kind": service.kind, "function_name": service.function_name}
    return {
        "kind": service.kind,
        "cluster_arn": cluster_arn,
        "service_arns": service.service_arns,
    }
