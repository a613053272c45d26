"""Whether two routes match the same request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.model import Entrance
from spec.service import SERVICE

if TYPE_CHECKING:
    from spec.service import Route, ServiceSpec


@dataclass(frozen=True)
class ServiceRoute:
    """A route of a service."""

    spec: ServiceSpec
    index: int
    """Index of the route in the description."""
    route: Route


def overlap(one: ServiceRoute, other: ServiceRoute) -> str:
    """Return a request that both routes match, as `GET /orders/{id}`; empty if there is none.

    Routes on different entrances (load balancer, HTTP API) never overlap, nor do those of two
    services if one is for services on the load balancer, where each service has a host name.
    Within one service the more specific of two routes wins; between services that would be a
    surprise.
    """
    if one.spec.compute.ENTRANCE is not other.spec.compute.ENTRANCE:
        return ""
    balanced = one.spec.compute.ENTRANCE is Entrance.LOAD_BALANCER
    if balanced and one.spec is not other.spec and SERVICE in {one.route.auth, other.route.auth}:
        return ""
    methods = sorted(set(one.route.methods) & set(other.route.methods))
    mine, theirs = one.route.path.split("/"), other.route.path.split("/")
    same_service = one.spec.name == other.spec.name
    if not methods or len(mine) != len(theirs):
        return ""
    shared: list[str] = []
    for left, right in zip(mine, theirs, strict=True):
        names = (left.startswith("{"), right.startswith("{"))
        if left != right and not (all(names) if same_service else any(names)):
            return ""
        shared.append(right if names[0] else left)
    return f"{methods[0]} {'/'.join(shared)}"
