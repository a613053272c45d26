"""Synchronous calls between the services of a catalogue."""

from __future__ import annotations

import graphlib
from typing import TYPE_CHECKING

from spec.model import Entrance
from spec.service import SERVICE

if TYPE_CHECKING:
    from spec.catalogue import Catalogue
    from spec.service import ServiceSpec


def callers(catalogue: Catalogue, callee: str) -> list[str]:
    """Return the services that call *callee*."""
    return [name for name, spec in catalogue.services.items() if callee in spec.calls]


def balanced_callees(catalogue: Catalogue) -> list[str]:
    """Return the services that others call through the internal load balancer."""
    return [
        name
        for name, spec in catalogue.services.items()
        if spec.compute.ENTRANCE is Entrance.LOAD_BALANCER and callers(catalogue, name)
    ]


def for_services(spec: ServiceSpec) -> bool:
    """Return whether *spec* has a route with `auth: service`."""
    return any(route.auth == SERVICE for route in spec.routes)


def takes_service_tokens(catalogue: Catalogue, name: str) -> bool:
    """Return whether the callers of a service prove who they are.

    Every call through the internal load balancer does: its rules validate the caller's token.
    """
    return for_services(catalogue.services[name]) or name in balanced_callees(catalogue)


def callers_first(catalogue: Catalogue) -> list[str]:
    """Return the services in an order in which each comes after those that call it."""
    graph = {name: callers(catalogue, name) for name in catalogue.services}
    return list(graphlib.TopologicalSorter(graph).static_order())
