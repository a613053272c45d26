"""What a service is and needs: the model of `services/<name>/service.yaml`."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, cast

import pydantic
from pydantic import Field

from spec.callee import Callee
from spec.consumers import MAX_VISIBILITY_SECONDS, Consumer
from spec.cors import Cors  # noqa: TC001 - pydantic reads it
from spec.inputs import ParameterPath, Secret, VariableName
from spec.jobs import Job
from spec.kinds import OneOf, models
from spec.logs import Logs
from spec.metrics import Metric
from spec.model import ComputeSpec, Model, Name, SourceSpec, StoreSpec
from spec.plain_queues import PlainQueue
from spec.process import Migrations, Process, Seeds
from spec.publications import Publication, Publications
from spec.runbook import Runbook  # noqa: TC001 - pydantic reads it
from spec.schedules import Schedule
from spec.short_form import ShortForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.consumers import QueueReader

VISIBILITY_FACTOR = 6  # times the function's timeout, as AWS recommends
MAX_METHODS = 4  # a rule of the load balancer compares five values, one of which is the path
MAX_WORDS, MAX_PARAMETERS = 8, 4  # limits of the priorities of listener rules
MAX_PATH_LENGTH = 128  # of a path condition
SEGMENT = re.compile(r"[A-Za-z0-9_.~-]+|\{[A-Za-z_]\w*\}")
MAIN = "main"
PUBLIC = "public"
SERVICE = "service"
RESERVED = {
    PUBLIC: "a route that needs no token",
    SERVICE: "a route for the services that name this one in their calls",
}
"""Reserved values of `auth`, which are not roles, and what each means."""
MIGRATE = "migrate"


RoleDescription = Annotated[str, Field(min_length=1)]

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


Store = Annotated[StoreSpec, OneOf("spec.stores")]
Compute = Annotated[ComputeSpec, OneOf("spec.compute")]
StoreChange = Annotated[SourceSpec, OneOf("spec.sources", by_field=True)]


class Tier(StrEnum):
    """Criticality of a service."""

    CRITICAL = "critical"
    STANDARD = "standard"
    INTERNAL = "internal"


class Objectives(Model):
    """Service level objectives; alarms watch them."""

    availability: float = Field(ge=90, le=99.999)
    """Percentage of successful requests."""

    p99_ms: int = Field(ge=1)
    """p99 response time in milliseconds."""


OBJECTIVES = {
    Tier.CRITICAL: Objectives(availability=99.9, p99_ms=500),
    Tier.STANDARD: Objectives(availability=99.5, p99_ms=1000),
    Tier.INTERNAL: Objectives(availability=99.0, p99_ms=2000),
}


class Route(Model):
    """A path that the service answers on the load balancer or the HTTP API."""

    path: str = Field(max_length=MAX_PATH_LENGTH)
    """As `/orders/{id}`."""

    methods: list[Method] = Field(min_length=1, max_length=MAX_METHODS)
    """HTTP methods."""

    auth: Name
    """Required role of the caller's token, `service` for services that call it, or `public`."""

    exemption: str | None = Field(default=None, min_length=10)
    """Why a public route needs no token."""

    @pydantic.field_validator("auth", mode="before")
    @classmethod
    def _one_issuer(cls, auth: Any) -> Any:
        if isinstance(auth, list) and SERVICE in cast("list[object]", auth):
            raise ValueError(
                f"write '{SERVICE}' alone, and give people a route of their own: a listener rule"
                " accepts tokens of one issuer"
            )
        return cast("object", auth)

    @pydantic.field_validator("path")
    @classmethod
    def _path(cls, path: str) -> str:
        segments = path.removeprefix("/").split("/")
        if not path.startswith("/") or not all(map(SEGMENT.fullmatch, segments)):
            raise ValueError("write a path as '/orders/{id}': segments, each a word or a {name}")
        names = [segment for segment in segments if segment.startswith("{")]
        if len(set(names)) < len(names):
            raise ValueError("give each {name} of the path a name of its own")
        if len(names) > MAX_PARAMETERS or len(segments) - len(names) > MAX_WORDS:
            raise ValueError(f"write at most {MAX_WORDS} words and {MAX_PARAMETERS} {{name}}s")
        return path

    @pydantic.field_validator("methods")
    @classmethod
    def _methods(cls, methods: list[Method]) -> list[Method]:
        if len(set(methods)) < len(methods):
            raise ValueError("write each method once")
        return methods

    @pydantic.model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.auth == PUBLIC and self.exemption is None:
            raise ValueError(
                "add 'exemption: <why no token is needed>', or write the role that may call it"
                f" as auth: {self.path} is public without a reason"
            )
        if self.auth != PUBLIC and self.exemption is not None:
            needed = "a service" if self.auth == SERVICE else f"role {self.auth!r}"
            raise ValueError(f"remove exemption: {self.path} needs a token of {needed}")
        return self


def reserved(word: str) -> str:
    """Return what to write instead of a role that is called *word*, one of RESERVED."""
    return f"give the role another name: {word!r} in auth means {RESERVED[word]}"


def _objectives_of_tier(fields: dict[str, Any]) -> Objectives:
    return OBJECTIVES[fields.get("tier", Tier.STANDARD)]


class ServiceSpec(Model):
    """One microservice."""

    name: Name
    """The folder's name."""

    description: str = Field(min_length=1, max_length=256, pattern=r"^[\t\n\r\x20-\x7e\xa1-\xff]*$")
    """Purpose of the service in a sentence."""

    owner: Name
    """Team that owns the service."""

    tier: Tier
    """Criticality; sets the default objectives."""

    compute: Compute
    """How it runs."""

    processes: dict[Name, Process] = Field(default_factory=dict[str, Process])
    """Additional processes by name, each in tasks of its own."""

    migrations: Migrations | None = None
    """Database migrations; default: none."""

    seeds: Seeds | None = None
    """Data to work with on a developer's machine; default: none."""

    routes: list[Route] = Field(default_factory=list[Route])
    """Routes: of containers on the load balancer, of functions on the HTTP API."""

    cors: Cors | None = None
    """Web pages of other origins that may call the routes; default: none."""

    roles: dict[Name, RoleDescription] = Field(default_factory=dict[str, str])
    """Roles by name, with what each may do; other services may use them too."""

    stores: dict[Name, Store] = Field(default_factory=dict[str, Store])
    """Stores by name; no other service has access."""

    secrets: dict[Name, Secret] = Field(default_factory=dict[str, Secret])
    """Secrets by name, in Secrets Manager; no other service has access."""

    variables: dict[VariableName, str] = Field(default_factory=dict[str, str])
    """Environment variables of its own, the same in every environment; never secrets."""

    parameters: dict[Name, ParameterPath] = Field(default_factory=dict[str, str])
    """Parameters in Parameter Store that it reads, by name."""

    publishes: Publications = Field(default_factory=dict[str, Publication])
    """Events that it publishes, each with its channel, or a list of events: on topics."""

    consumes: dict[Name, Consumer] = Field(default_factory=dict[str, Consumer])
    """Subscriptions by event."""

    queues: dict[Name, PlainQueue] = Field(default_factory=dict[str, PlainQueue])
    """Plain queues that it reads, by name, each with the services that send to it."""

    sources: dict[Name, StoreChange] = Field(default_factory=dict[str, StoreChange])
    """Changes in its own stores that invoke its function, or reach a process of it, by name."""

    calls: Annotated[dict[Name, Callee], ShortForm(Name)] = Field(default_factory=dict[str, Callee])
    """Services that it calls synchronously, with limits of the calls; or a list of their names."""

    schedules: dict[Name, Schedule] = Field(default_factory=dict[str, Schedule])
    """Times at which its function is invoked, by name."""

    jobs: dict[Name, Job] = Field(default_factory=dict[str, Job])
    """Jobs by name: work that runs to its end, by a schedule or on request."""

    objectives: Objectives = Field(default_factory=_objectives_of_tier)
    """Service level objectives; default: by tier."""

    runbook: Runbook | None = None
    """URL of its runbook, in the text of its alarms; default: a section of docs/runbooks.md."""

    metrics: dict[Name, Metric] = Field(default_factory=dict[str, Metric])
    """Metrics that its code counts, by name."""

    logs: Logs = Logs()
    """What is made of the lines that it logs."""

    @pydantic.field_validator("roles")
    @classmethod
    def _not_reserved(cls, roles: dict[str, str]) -> dict[str, str]:
        taken = [reserved(name) for name in RESERVED if name in roles]
        if taken:
            raise ValueError("\n".join(taken))
        return roles

    @pydantic.field_validator("processes")
    @classmethod
    def _free_names(cls, processes: dict[str, Process]) -> dict[str, Process]:
        for name in (MAIN, MIGRATE):
            if name in processes:
                raise ValueError(f"give the process another name than {name!r}: it is taken")
        return processes

    @pydantic.model_validator(mode="after")
    def _fits_its_compute(self) -> Self:
        if problems := self._unsupported():
            raise ValueError("\n".join(problems))  # spec.reading splits it into one fault per line
        return self

    @property
    def rotation_archive(self) -> str:
        """Name of the archive with the code that rotates secrets; no service has such a name."""
        return f"{self.name}_rotation"

    @property
    def mount_paths(self) -> list[str]:
        """Paths at which stores are mounted."""
        found = (store.mount_path(name) for name, store in self.stores.items())
        return [path for path in found if path is not None]

    def _unsupported(self) -> list[str]:
        found = self.compute.unsupported(self)
        if len(set(self.mount_paths)) < len(self.mount_paths):
            found.append("write a path of its own for each store that is mounted")
        if self.cors and all(route.auth == SERVICE for route in self.routes):
            found.append("remove cors, or add routes for people: it is for requests from web pages")
        migratable = [store for store in self.stores.values() if store.MIGRATABLE]
        if self.migrations and len(migratable) != 1:
            *kinds, last = [k for k, model in models("spec.stores").items() if model.MIGRATABLE]
            found.append(
                "give a service with migrations exactly one relational store, of kind"
                f" {', '.join(kinds)} or {last} (it has {len(migratable)})"
            )
        return found

    def readers(self) -> Iterator[tuple[str, QueueReader]]:
        """Yield what reads messages: consumers of events and readers of plain queues."""
        yield from ((f"consumes.{event}", each) for event, each in self.consumes.items())
        yield from ((f"queues.{name}", each) for name, each in self.queues.items())

    def visibility_timeout_seconds(self, reader: QueueReader) -> int:
        """Return the visibility timeout of the queue of *reader*."""
        return reader.visibility_timeout_seconds or self.recommended_visibility_seconds(
            reader.window_seconds
        )

    def recommended_visibility_seconds(self, window_seconds: int = 0) -> int:
        """Return the visibility timeout that AWS recommends for the compute's queues."""
        seconds = VISIBILITY_FACTOR * self.compute.delivery_seconds + window_seconds
        return min(seconds, MAX_VISIBILITY_SECONDS)
