"""What a microservice is described by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.args import NOT_AN_INPUT
from components.service.kinds import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.routing.paths import Route
    from components.service.kinds import Compute
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class ProcessWorkload:
    """A further program of a container service, without a route."""

    command: list[str]
    """What starts it."""

    cpu: int = 256
    """A task's share of a processor."""

    memory_mib: int = 512
    """A task's memory."""

    count: int = 1
    """Tasks that run."""


@dataclass(frozen=True, kw_only=True)
class MigrationPlan:
    """How the database takes the form that new tasks expect."""

    command: list[str]
    """What runs the migrations, in a task of its own."""

    directory: str
    """Where they are in the image; the command reads it as MIGRATIONS_DIRECTORY."""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """An event the service announces."""

    topic_arn: pulumi.Input[str]
    """Where it announces it."""

    statements: Sequence[Statement]
    """The permission to do so."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """An event the service reacts to."""

    topic_arn: pulumi.Input[str]
    """Where it is announced."""

    batch_size: int = 10
    """The most messages of one invocation."""

    window_seconds: int = 0
    """How long a batch may be collected."""

    max_receives: int = 5
    """Deliveries after which a message is a dead letter."""

    visibility_timeout_seconds: int = 60
    """How long a delivered message is hidden."""


@dataclass(frozen=True, kw_only=True)
class Callee:
    """A service that the service asks."""

    url: pulumi.Input[str]
    """Where it answers."""

    internal: bool = False
    """It answers only who is in the network."""


@dataclass(frozen=True, kw_only=True)
class MicroserviceArgs:
    """A microservice: how it runs, what it keeps, and what it shares with others."""

    description: str
    """What it is for, in a sentence."""

    owner: str
    """The team that answers for it."""

    tier: str
    """How much depends on it."""

    compute: Compute
    """How it runs."""

    platform: Platform = field(metadata=NOT_AN_INPUT)
    """Shared resources of its environment."""

    processes: Mapping[str, ProcessWorkload] = field(default_factory=dict[str, ProcessWorkload])
    """Its further programs."""

    migrations: MigrationPlan | None = None
    """How its database takes the form that new tasks expect."""

    before_deployment: pulumi.ResourceHook | None = field(default=None, metadata=NOT_AN_INPUT)
    """What has to succeed before new tasks start: whatever runs the migrations."""

    routes: Sequence[Route] = ()
    """What it answers from outside."""

    priorities: Sequence[int] = ()
    """The place of each route in the load balancer's order; a function needs none."""

    stores: Mapping[str, Store] = field(default_factory=dict[str, Store])
    """Where it keeps data, by name."""

    publishes: Mapping[str, Publication] = field(default_factory=dict[str, Publication])
    """What it announces, by event."""

    consumes: Mapping[str, Subscription] = field(default_factory=dict[str, Subscription])
    """What it reacts to, by event."""

    calls: Mapping[str, Callee] = field(default_factory=dict[str, Callee])
    """The services it asks, by name."""

    slow_ms: int = 1000
    """The 99th percentile of its answer time that it promises."""

    availability_percent: float = 99.5
    """The share of requests it promises to answer without an error."""

    def __post_init__(self) -> None:
        """Refuse what the way it runs cannot offer."""
        self.compute.require_fits(self)

    @property
    def tags(self) -> dict[str, str]:
        """Tags that tell whose a resource is."""
        return {"owner": self.owner, "tier": self.tier}
