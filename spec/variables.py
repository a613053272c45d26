"""Names of the environment variables of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import ChannelSpec, StoreSpec
    from spec.service import ServiceSpec

EVERY_SERVICE = (
    "HOST",
    "PORT",
    "ROUTE_ROLES",
    "SERVICE_NAME",
    "POWERTOOLS_SERVICE_NAME",
    "METRICS_NAMESPACE",
    "LOG_LEVEL",
    "FAULT_INJECTION",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
)
OF_A_CALLEE = (
    "SERVICE_ISSUER",
    "SERVICE_JWKS_URI",
    "SERVICE_AUDIENCE",
    "SERVICE_CALLERS",
    "USER_ISSUER",
    "USER_JWKS_URI",
    "USER_CLIENT_ID",
)
"""Of a service that takes tokens of other services."""
OF_TASKS = ("MIGRATIONS_DIRECTORY", "SEEDS_DIRECTORY")
"""Of the one-off tasks that run migrations and seeds."""


def upper(name: str) -> str:
    """Return *name* in the form of a variable: upper case, with underscores."""
    return name.upper().replace("-", "_")


def of_event(event: str, channel: ChannelSpec) -> str:
    """Return the variable with what a publisher of *event* sends to on *channel*."""
    return f"{upper(event)}_{channel.VARIABLE}"


OF_A_QUEUE = ("QUEUE_URL", "DEAD_LETTERS_URL", "FILTER", "LATEST_ONLY", "MAX_CONCURRENCY")
"""Suffixes of the variables of a queue's reader; the last three only where they are set."""


def of_queue(name: str) -> list[str]:
    """Return the variables of the reader of the queue of the event, or the plain queue, *name*."""
    return [f"{upper(name)}_{suffix}" for suffix in OF_A_QUEUE]


def of_service(service: str) -> str:
    """Return the variable with the URL of *service*."""
    return f"{upper(service)}_URL"


def of_audience(service: str) -> str:
    """Return the variable with the audience of tokens for *service*."""
    return f"{upper(service)}_AUDIENCE"


def of_limit(service: str, limit: str) -> str:
    """Return the variable with a limit of the calls of *service*: `timeout_ms`."""
    return f"{upper(service)}_{upper(limit)}"


def of_secret(name: str) -> str:
    """Return the variable with the ARN of the secret *name*."""
    return f"{upper(name)}_SECRET_ARN"


def of_parameter(name: str) -> str:
    """Return the variable with the name of the parameter *name* in Parameter Store."""
    return f"{upper(name)}_PARAMETER"


def of_store(name: str, store: StoreSpec) -> list[str]:
    """Return the variables of the store *name*."""
    return [f"{upper(name)}_{part}" for part in store.variables]


def of_spec(spec: ServiceSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each variable of *spec* with the field that it comes from."""
    for name in (*EVERY_SERVICE, *OF_A_CALLEE, *OF_TASKS):
        yield name, ()
    for name, store in spec.stores.items():
        for variable in of_store(name, store):
            yield variable, ("stores", name)
    for name in spec.secrets:
        yield of_secret(name), ("secrets", name)
    for name in spec.parameters:
        yield of_parameter(name), ("parameters", name)
    yield from _of_events(spec)
    yield from _of_calls(spec)
    for name in spec.variables:
        yield name, ("variables", name)


def _of_events(spec: ServiceSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    for event, publication in spec.publishes.items():
        for channel in publication.channel:
            yield of_event(event, channel), ("publishes", event)
    for name, source in spec.sources.items():
        for part in source.VARIABLES:
            yield f"{upper(name)}_{part}", ("sources", name)
    for kind in ("consumes", "queues"):
        for name in getattr(spec, kind):
            for variable in of_queue(name):
                yield variable, (kind, name)


def _of_calls(spec: ServiceSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    for service, callee in spec.calls.items():
        limits = (of_limit(service, limit) for limit in callee.model_dump(exclude_none=True))
        for name in (of_service(service), of_audience(service), *limits):
            yield name, ("calls", service)
