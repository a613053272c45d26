"""Arguments of a microservice, and the protocol of its compute.

The caller of `Microservice` passes an implementation of the protocol.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from components.args import NOT_AN_INPUT, InvalidArgError
from components.messaging.schedule import Timing
from components.objectives import Objectives
from components.routing.paths import SERVICE
from components.service.calls import Callee, Callers
from components.service.kinds import Store
from components.service.scheduled_job import JobPlan
from components.service.subscriptions import (
    Publication,
    SourceContext,
    StoreSource,
    Subscription,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.mounts import Mount
    from components.routing.paths import Route
    from components.service.platform import Platform
    from components.service.secret_rotation import RotationCode
    from components.service.subscriptions import Delivery


@dataclass(frozen=True, kw_only=True)
class ProcessWorkload:
    """An additional process of a container service, without routes."""

    command: list[str]
    """Command."""

    cpu: int = 256
    """CPU units of a task; 1024 are one vCPU."""

    memory_mib: int = 512
    """Memory of a task in MiB."""

    count: int = 1
    """Number of tasks."""

    max_count: int | None = None
    """Maximum number of tasks, with which it scales on the backlog of the queues that it polls;
    None: the number is fixed."""

    messages_per_task: int = 100
    """Backlog per task that scaling aims at."""


@dataclass(frozen=True, kw_only=True)
class MigrationPlan:
    """Database migrations of a service."""

    command: list[str]
    """Command of the one-off task that runs the migrations."""

    directory: str
    """Directory of the migrations in the image, passed as MIGRATIONS_DIRECTORY."""


@dataclass(frozen=True, kw_only=True)
class MicroserviceArgs:
    """Compute, stores, routes, events and objectives of a microservice."""

    description: str
    """Purpose of the service in a sentence."""

    owner: str
    """Team that owns the service."""

    tier: str
    """Criticality: critical, standard or internal."""

    compute: Compute
    """Compute that runs the service."""

    platform: Platform = field(metadata=NOT_AN_INPUT)
    """Shared resources of its environment."""

    processes: Mapping[str, ProcessWorkload] = field(default_factory=dict[str, ProcessWorkload])
    """Additional processes by name."""

    migrations: MigrationPlan | None = None
    """Migrations of its database."""

    before_deployment: pulumi.ResourceHook | None = field(default=None, metadata=NOT_AN_INPUT)
    """Hook that must succeed before a deployment, such as migrations."""

    routes: Sequence[Route] = ()
    """Routes of the service."""

    priorities: Sequence[int] = ()
    """Priority of each route's listener rule; empty for routes on the HTTP API."""

    stores: Mapping[str, Store] = field(default_factory=dict[str, Store])
    """Stores by name."""

    secrets: Mapping[str, int | None] = field(default_factory=dict[str, "int | None"])
    """Secrets by name, each with the maximum age of its value in days."""

    rotations: Mapping[str, RotationCode] = field(default_factory=dict[str, "RotationCode"])
    """Code that rotates secrets, by the name of the secret."""

    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables of its own."""

    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names in Parameter Store of the parameters that it reads, by name."""

    publishes: Mapping[str, Publication] = field(default_factory=dict[str, Publication])
    """Publications by event."""

    consumes: Mapping[str, Subscription] = field(default_factory=dict[str, Subscription])
    """Subscriptions by event."""

    schedules: Mapping[str, Timing] = field(default_factory=dict[str, Timing])
    """Times at which its function is invoked, by name."""

    jobs: Mapping[str, JobPlan] = field(default_factory=dict[str, JobPlan])
    """Jobs by name."""

    sources: Mapping[str, StoreSource] = field(
        default_factory=dict[str, StoreSource], metadata=NOT_AN_INPUT
    )
    """Sources of each store that has any, by the store's name."""

    calls: Mapping[str, Callee] = field(default_factory=dict[str, Callee])
    """Services it calls, by name."""

    callers: Callers | None = None
    """Services that may call it; None if it takes no tokens of services."""

    metrics: Sequence[str] = ()
    """Names of the metrics that its code counts."""

    invoked_by_alarms: bool = False
    """Whether alarms invoke its function, asynchronously: what fails notifies the alarm topic."""

    objectives: Objectives = field(default_factory=partial(Objectives, p99_ms=1000))
    """What each of its entrances promises; without routes, its function."""

    def __post_init__(self) -> None:
        """Reject sources of other services' stores, and what the compute does not support."""
        if unknown := sorted(self.sources.keys() - self.stores.keys()):
            want = f"name its own stores: {', '.join(sorted(self.stores)) or 'it has none'}"
            raise InvalidArgError("sources", unknown, want)
        self.compute.require_fits(self)

    @property
    def tags(self) -> dict[str, str]:
        """Tags for the owner and the tier."""
        return {"owner": self.owner, "tier": self.tier}


@dataclass(frozen=True, kw_only=True)
class ComputeContext:
    """Environment, permissions and options of a service's compute."""

    name: str
    """The service's name."""

    service: MicroserviceArgs
    """The service."""

    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables of its programs."""

    statements: Sequence[Statement]
    """IAM statements of its role."""

    mounts: Sequence[Mount]
    """File systems that its programs mount."""

    stores: Mapping[str, pulumi.ComponentResource]
    """Its stores by name, as far as sources may name them."""

    security_group_id: pulumi.Input[str] | None
    """Security group attached to it; None outside the VPC."""

    tags: Mapping[str, str]
    """Tags in addition to the provider's default tags."""

    opts: pulumi.ResourceOptions
    """Options of its component, the parent among them."""


@dataclass(frozen=True, kw_only=True)
class DefinedCompute:
    """The resources of a service's compute."""

    location: Mapping[str, Any]
    """Outputs that identify them."""

    role_arns: Sequence[pulumi.Input[str]] = ()
    """ARNs of the roles that its programs have."""

    function_arn: pulumi.Output[str] | None = None
    """ARN of its function; None for containers."""

    log_group_names: Mapping[str, pulumi.Output[str]] = field(
        default_factory=dict[str, "pulumi.Output[str]"]
    )
    """Names of its log groups, by process or job; a function has one."""


class Compute(Protocol):
    """Compute of a service; a frozen dataclass of its settings implements it."""

    @property
    def kind(self) -> str:
        """The kind's name."""
        ...

    @property
    def in_network(self) -> bool:
        """Whether it runs in the VPC even if no store requires that."""
        ...

    @property
    def connection_per_request(self) -> bool:
        """Whether each concurrent request opens database connections of its own."""
        ...

    @property
    def target_port(self) -> int | None:
        """Port that the load balancer connects to; None without a target group."""
        ...

    def require_fits(self, service: MicroserviceArgs) -> None:
        """Raise InvalidArgError if this kind does not support a feature of *service*."""
        ...

    def define(self, context: ComputeContext) -> DefinedCompute:
        """Define its resources; return what identifies them."""
        ...


def define_sources(
    name: str,
    service: MicroserviceArgs,
    stores: Mapping[str, pulumi.ComponentResource],
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> list[Delivery]:
    """Define what the sources of the service *name* own; its *stores* are defined."""
    return [
        delivery
        for store, source in service.sources.items()
        for delivery in source.define(
            SourceContext(
                service=name,
                store=store,
                component=stores[store],
                platform=service.platform,
                tags=tags,
                opts=opts,
            )
        )
    ]


def public_routes(service: MicroserviceArgs) -> list[Route]:
    """Return the routes that are reachable from outside the environment."""
    return [route for route in service.routes if route.role != SERVICE]
