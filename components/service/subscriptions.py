"""Events that a service publishes and consumes, whatever carries them.

`Microservice` knows no channel. A `Publication` is plain: variables and statements. A
`Subscription` has a `source`, which implements the protocol `EventSource`; a channel, or a queue
between two services, is one. What changes in a store is a `StoreSource`. The compute uses both in
two steps, because the role of its programs needs the statements before there are programs:

1. `source.define(context)` defines what the consumer owns, such as its SQS queue, and returns a
   `Delivery`: statements for the role, and variables of the programs.
2. A function calls `delivery.invoke(target)`, which defines the event source mapping. A process in
   a container polls by itself: it has the statements and the variables, and scales on the backlog
   of `delivery.polled_queue`.

To add a channel: a model in `spec/channels`, a module in `stacks/kinds/channels` that returns a
`Channel`, and, if neither `components/service/queue_sources.py` nor `stream_source.py` fits, a
source beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from components.args import NOT_AN_INPUT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.compute.lambda_function import LambdaFunction
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class Publication:
    """An event that the service publishes."""

    variables: Mapping[str, pulumi.Input[str]]
    """Values of its environment variables by suffix: `TOPIC_ARN` for `<EVENT>_TOPIC_ARN`."""

    statements: Sequence[Statement]
    """Statements that allow publishing."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """An event that the service consumes."""

    source: EventSource = field(metadata=NOT_AN_INPUT)
    """What delivers the event."""

    batch_size: int = 10
    """Maximum number of messages per invocation."""

    window_seconds: int = 0
    """Batching window in seconds."""

    max_receives: int = 5
    """Receives after which a message moves to the dead letters."""

    visibility_timeout_seconds: int = 60
    """Visibility timeout of a queue in seconds."""

    max_concurrency: int | None = None
    """Maximum number at a time: of batches of a queue for a function (default: its concurrency), of
    messages in each task of a process (default: the program's)."""

    process: str | None = None
    """Process of a container service that polls; None for a function."""

    latest_only: bool = False
    """Whether the program drops events older than one of their subject that it handled."""

    filter: Mapping[str, Any] | None = None
    """Pattern of the events to deliver, by the envelope's fields; default: every event."""


@dataclass(frozen=True, kw_only=True)
class DeliveryContext:
    """Consumer, platform and options of a delivery that is being defined."""

    service: str
    """Name of the service."""

    name: str
    """Name of its resources: `<service>-<event>`."""

    event: str
    """Name of the event."""

    subscription: Subscription
    """Batching, retries and filter."""

    platform: Platform
    """Shared resources of the environment."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""

    opts: pulumi.ResourceOptions
    """Options of every resource it defines, the parent among them."""


@dataclass(frozen=True, kw_only=True)
class FunctionTarget:
    """A function that a delivery invokes."""

    function: LambdaFunction
    """The function."""

    reserved_concurrency: int | None = None
    """Its reserved concurrency; None: the account's unreserved concurrency."""


class Delivery(Protocol):
    """How the events of a subscription reach the consumer's programs."""

    @property
    def statements(self) -> Sequence[Statement]:
        """Statements that allow receiving, for the role of the programs."""
        ...

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """Environment variables of the programs."""
        ...

    @property
    def process(self) -> str | None:
        """Process of a container service that polls; None if a function is invoked."""
        ...

    @property
    def polled_queue(self) -> pulumi.Input[str] | None:
        """Name of the SQS queue that a process polls; None if only a function can be invoked."""
        ...

    def invoke(self, target: FunctionTarget) -> None:
        """Define the event source mapping that invokes *target*."""
        ...


class EventSource(Protocol):
    """Where the events of a subscription come from."""

    def define(self, context: DeliveryContext) -> Delivery:
        """Define what the consumer owns."""
        ...


@dataclass(frozen=True, kw_only=True)
class SourceContext:
    """Service, store and options of the sources that are being defined."""

    service: str
    """The service."""

    store: str
    """Name of the store in the service."""

    component: pulumi.ComponentResource
    """The store."""

    platform: Platform
    """Shared resources of the environment."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""

    opts: pulumi.ResourceOptions
    """Options of every resource it defines, the parent among them."""

    def name(self, source: str) -> str:
        """Return the name of the resources of *source*."""
        return f"{self.service}-{source}"


class StoreSource(Protocol):
    """The sources of one store."""

    def require_polled_by(self, processes: Collection[str]) -> None:
        """Raise InvalidArgError for a source that none of *processes* of containers polls."""
        ...

    def require_invocations(self) -> None:
        """Raise InvalidArgError for a source that does not invoke a function."""
        ...

    def define(self, context: SourceContext) -> Sequence[Delivery]:
        """Define what the sources own."""
        ...
