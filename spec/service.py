"""What a service is and needs: the model of `services/<name>/service.yaml`."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import pydantic
from pydantic import Field

from spec.kinds import OneOf, models
from spec.model import ComputeSpec, Model, StoreSpec
from spec.process import Migrations, Process

PLAIN_BATCH = 10  # the most messages SQS delivers without a batching window
LONGEST_HIDDEN = 43_200  # the longest visibility timeout of SQS, in seconds
RECOMMENDED_HIDING = 6  # times the function's timeout, as AWS advises for its retries
MAX_METHODS = 4  # a rule of the load balancer compares five values, one of which is the path
MAX_WORDS, MAX_PARAMETERS = 8, 4  # what the order of the load balancer's rules has room for
LONGEST_PATH = 128  # the longest pattern of such a rule
SEGMENT = re.compile(r"[A-Za-z0-9_.~-]+|\{[A-Za-z_]\w*\}")
MAIN = "main"
PUBLIC = "public"
MIGRATE = "migrate"

NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Name = Annotated[str, Field(max_length=30, pattern=NAME)]
"""Lower-case words joined by '-': it becomes a part of AWS names and of variable names."""

RoleDescription = Annotated[str, Field(min_length=1)]

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


Store = Annotated[StoreSpec, OneOf("spec.stores")]
Compute = Annotated[ComputeSpec, OneOf("spec.compute")]


class Tier(StrEnum):
    """How much the shop depends on a service."""

    CRITICAL = "critical"
    STANDARD = "standard"
    INTERNAL = "internal"


class Objectives(Model):
    """What the service promises; alarms watch it."""

    availability: float = Field(ge=90, le=99.999)
    """Percentage of requests that must not fail."""

    p99_ms: int = Field(ge=1)
    """Milliseconds within which 99 % of requests are answered."""


OBJECTIVES = {
    Tier.CRITICAL: Objectives(availability=99.9, p99_ms=500),
    Tier.STANDARD: Objectives(availability=99.5, p99_ms=1000),
    Tier.INTERNAL: Objectives(availability=99.0, p99_ms=2000),
}


class Route(Model):
    """Requests that come to this service from outside."""

    path: str = Field(max_length=LONGEST_PATH)
    """As `/orders/{id}`."""

    methods: list[Method] = Field(min_length=1, max_length=MAX_METHODS)
    """The HTTP methods it answers."""

    auth: Name
    """The role that a caller's token must have, or `public`."""

    exemption: str | None = Field(default=None, min_length=10)
    """Why a public route needs no token."""

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
            raise ValueError(f"remove exemption: {self.path} needs a token of role {self.auth!r}")
        return self


class Consumer(Model):
    """How an event's messages reach the service, through a queue of its own."""

    batch_size: int = Field(default=10, ge=1, le=10_000)
    """The most messages of one invocation."""

    window_seconds: int = Field(default=0, ge=0, le=300)
    """How long a batch may be collected."""

    max_receives: int = Field(default=5, ge=1, le=1000)
    """Deliveries after which a message moves to the dead letters."""

    visibility_timeout_seconds: int | None = Field(default=None, ge=1, le=LONGEST_HIDDEN)
    """How long a delivered message is hidden; absent: six times the function's timeout."""

    @pydantic.model_validator(mode="after")
    def _collected(self) -> Self:
        if self.batch_size > PLAIN_BATCH and self.window_seconds == 0:
            raise ValueError(
                f"write batch_size as {PLAIN_BATCH} or less, or window_seconds as 1 or more"
            )
        return self


def _objectives_of_tier(fields: dict[str, Any]) -> Objectives:
    return OBJECTIVES[fields.get("tier", Tier.STANDARD)]


class ServiceSpec(Model):
    """One microservice."""

    name: Name
    """The folder's name."""

    description: str = Field(min_length=1, max_length=256, pattern=r"^[\t\n\r\x20-\x7e\xa1-\xff]*$")
    """What it is for, in a sentence."""

    owner: Name
    """The team that answers for it."""

    tier: Tier
    """How much depends on it; picks defaults."""

    compute: Compute
    """How it runs."""

    processes: dict[Name, Process] = Field(default_factory=dict[str, Process])
    """Further programs, each in tasks of its own."""

    migrations: Migrations | None = None
    """Changes of the database's form; absent: none."""

    routes: list[Route] = Field(default_factory=list[Route])
    """What it answers from outside: containers on the load balancer, functions on the HTTP API."""

    roles: dict[Name, RoleDescription] = Field(default_factory=dict[str, str])
    """Roles that it brings: what each may do; other services may use them too."""

    stores: dict[Name, Store] = Field(default_factory=dict[str, Store])
    """What it keeps; no other service reaches it."""

    publishes: list[Name] = Field(default_factory=list[str])
    """Events that it alone announces."""

    consumes: dict[Name, Consumer] = Field(default_factory=dict[str, Consumer])
    """Events that it reacts to."""

    calls: list[Name] = Field(default_factory=list[str])
    """Services that it asks and waits for."""

    objectives: Objectives = Field(default_factory=_objectives_of_tier)
    """What it promises; absent: by tier."""

    @pydantic.field_validator("publishes", "calls")
    @classmethod
    def _once(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError("write each name once")
        return names

    @pydantic.field_validator("roles")
    @classmethod
    def _not_public(cls, roles: dict[str, str]) -> dict[str, str]:
        if PUBLIC in roles:
            raise ValueError(
                f"give the role another name: {PUBLIC!r} means that no token is needed"
            )
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
        if problems := self._misfits():
            raise ValueError("\n".join(problems))  # the reader makes a fault of each line
        return self

    def _misfits(self) -> list[str]:
        found = self.compute.misfits(self)
        migratable = [store for store in self.stores.values() if store.MIGRATABLE]
        if self.migrations and len(migratable) != 1:
            kinds = [kind for kind, model in models("spec.stores").items() if model.MIGRATABLE]
            found.append(
                f"give a service with migrations exactly one store of kind {' or '.join(kinds)}"
                f" (it has {len(migratable)})"
            )
        return found

    def visibility_timeout_seconds(self, event: str) -> int:
        """Return how long a delivered message of *event* is hidden from other readers."""
        consumer = self.consumes[event]
        recommended = RECOMMENDED_HIDING * self.compute.delivery_seconds + consumer.window_seconds
        return consumer.visibility_timeout_seconds or min(recommended, LONGEST_HIDDEN)
