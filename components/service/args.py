"""What a microservice is described by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.args import NOT_AN_INPUT, InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.data.document_table import KeyAttribute
    from components.routing.paths import Route
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class ContainerWorkload:
    """A service that runs as containers."""

    command: list[str]
    """What starts it."""

    image_digest: str
    """The image it starts from."""

    min_tasks: int
    """Tasks that always run."""

    max_tasks: int
    """Tasks that are never exceeded."""

    requests_per_task: int | None = None
    """Scale so that each task serves about as many requests a minute."""

    cpu_percent: int | None = None
    """Scale so that tasks use about this much of their processor."""

    cpu: int = 256
    """A task's share of a processor, 1024 being a whole one."""

    memory_mib: int = 512
    """A task's memory."""

    health_check: str = "/health"
    """The path that answers 200 while a task can serve."""

    port: int = 8080
    """The port it answers on."""


@dataclass(frozen=True, kw_only=True)
class FunctionWorkload:
    """A service that runs as a function."""

    archive: str
    """The path of the zip with its code."""

    handler: str = "handler.handler"
    """Module and function that take the event."""

    runtime: str = "python3.13"
    """The language it is started with."""

    memory_mib: int = 256
    """Its memory."""

    timeout_seconds: int = 10
    """When an invocation is stopped."""

    reserved_concurrency: int | None = None
    """How many run at once at most."""


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
class TableStore:
    """A DynamoDB table of the service alone."""

    partition_key: KeyAttribute
    """What spreads the items."""

    sort_key: KeyAttribute | None = None
    """What orders the items of one partition."""

    ttl_attribute: str | None = None
    """The attribute with the second at which an item goes."""


@dataclass(frozen=True, kw_only=True)
class DatabaseStore:
    """A PostgreSQL database of the service alone."""

    version: str = "17"
    """The major version of PostgreSQL."""

    min_capacity: float = 0.5
    """The least it shrinks to, in Aurora capacity units."""

    max_capacity: float = 4
    """The most it grows to."""


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

    workload: ContainerWorkload | FunctionWorkload
    """How it runs."""

    platform: Platform
    """What its environment lends it."""

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

    stores: Mapping[str, TableStore | DatabaseStore] = field(
        default_factory=dict[str, TableStore | DatabaseStore]
    )
    """What it keeps, by name."""

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
        if isinstance(self.workload, ContainerWorkload):
            if self.consumes:
                want = "run it as a function: queues are worked off by functions"
                raise InvalidArgError("consumes", sorted(self.consumes), want)
        elif self.processes:
            want = "run it as containers: a function is one program"
            raise InvalidArgError("processes", sorted(self.processes), want)
        elif self.before_deployment is not None:
            want = "run it as containers: migrations run in a task"
            raise InvalidArgError("before_deployment", self.before_deployment, want)

    @property
    def tags(self) -> dict[str, str]:
        """Tags that tell whose a resource is."""
        return {"owner": self.owner, "tier": self.tier}
