"""The services layer: every microservice of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi

from components.microservice import Microservice
from components.routing.http_api import ServiceTokens
from components.routing.paths import host_priorities, priorities
from components.service.calls import Callee, Callers
from spec import calls
from spec.model import Entrance
from spec.service import SERVICE
from stacks import observed
from stacks.context import ServiceContext
from stacks.from_spec import microservice_args, route

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from components.routing.paths import Route
    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.deployment_target import DeploymentTarget
    from stacks.messaging import Channels, Queues
    from stacks.shared import Shared


@dataclass(frozen=True, kw_only=True)
class ServicesUpstream:
    """Layers and settings that services depend on."""

    target: DeploymentTarget
    platform: Platform
    artifacts: Artifacts
    channels: Channels
    queues: Queues
    shared: Shared
    service_issuer: pulumi.Output[str] | None
    """Issuer of services' tokens; None if no service takes them."""


def build(
    settings: ComputeSettings,
    catalogue: Catalogue,
    upstream: ServicesUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> Generator[None, None, dict[str, Microservice]]:
    """Define each service of *catalogue*, after those that call it: it trusts their roles.

    It yields after each, and returns them.
    """
    context = ServiceContext(
        target=upstream.target,
        platform=upstream.platform,
        compute=settings,
        artifacts=upstream.artifacts,
        channels=upstream.channels,
        queues=upstream.queues,
        senders={
            name: queue.senders
            for spec in catalogue.services.values()
            for name, queue in spec.queues.items()
        },
        log_counts={name: spec.logs.count.keys() for name, spec in catalogue.services.items()},
        callees=_callees(catalogue, upstream),
        priorities=priorities(_load_balanced(catalogue)),
        shared=upstream.shared,
    )
    made: dict[str, Microservice] = {}
    invoked = observed.invoked_by_alarms(catalogue)
    for name in calls.callers_first(catalogue):
        callers = _callers(name, catalogue, upstream, made)
        args = microservice_args(catalogue.services[name], context, callers)
        args = replace(args, invoked_by_alarms=name in invoked)
        made[name] = Microservice(name, args, upstream.shared.recorder.options(name, opts))
        yield
    for spec in catalogue.services.values():
        recorded = upstream.shared.recorder.options(spec.name, opts)
        observed.watch(spec, upstream.platform, made, recorded)
    return dict(sorted(made.items()))


def api_tokens(
    catalogue: Catalogue, target: DeploymentTarget, issuer: pulumi.Output[str] | None
) -> ServiceTokens | None:
    """Return the tokens of services that the HTTP API accepts; None if no route needs one."""
    audiences = [
        audience(name, target)
        for name, spec in catalogue.services.items()
        if spec.compute.ENTRANCE is Entrance.HTTP_API and calls.for_services(spec)
    ]
    if issuer is None or not audiences:
        return None
    return ServiceTokens(issuer=issuer, audiences=audiences)


def audience(service: str, target: DeploymentTarget) -> str:
    """Return the audience of tokens for *service*."""
    return f"{service}.{target.environment}"


def _load_balanced(catalogue: Catalogue) -> list[Route]:
    return [
        route(each)
        for spec in catalogue.services.values()
        if spec.compute.ENTRANCE is Entrance.LOAD_BALANCER
        for each in spec.routes
        if each.auth != SERVICE
    ]


def _callees(catalogue: Catalogue, upstream: ServicesUpstream) -> dict[str, Callee]:
    internal = upstream.platform.internal
    found: dict[str, Callee] = {}
    for name in {callee for spec in catalogue.services.values() for callee in spec.calls}:
        takes = calls.takes_service_tokens(catalogue, name)
        accepted = audience(name, upstream.target) if takes else None
        found[name] = Callee(url=upstream.platform.api.endpoint, audience=accepted)
        if internal is not None and name in calls.balanced_callees(catalogue):
            url = pulumi.Output.concat("https://", internal.host_name(name))
            found[name] = Callee(url=url, internal=True, audience=accepted)
    return found


def _callers(
    name: str, catalogue: Catalogue, upstream: ServicesUpstream, made: Mapping[str, Microservice]
) -> Callers | None:
    issuer = upstream.service_issuer
    if issuer is None or not calls.takes_service_tokens(catalogue, name):
        return None
    return Callers(
        issuer=issuer,
        audience=audience(name, upstream.target),
        roles={caller: made[caller].role_arns for caller in calls.callers(catalogue, name)},
        priority=host_priorities(calls.balanced_callees(catalogue)).get(name),
    )
