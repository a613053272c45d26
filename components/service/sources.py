"""Changes in a service's own stores that invoke its function, or reach a process of it.

`MicroserviceArgs.sources` has one `StoreSource` for each store: a bucket has one notification
configuration for all its destinations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pulumi

from components.args import InvalidArgError
from components.compute.stream_consumer import StreamConsumer, StreamConsumerArgs
from components.data.bucket_notifications import (
    BucketNotifications,
    BucketNotificationsArgs,
    NotifiedQueue,
)
from components.messaging.work_queue import NotifyingBucket
from components.service.queue_sources import deliver
from components.service.subscriptions import DeliveryContext, Subscription

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from components.access import Statement
    from components.data.document_table import DocumentTable
    from components.data.object_bucket import ObjectBucket
    from components.service.queue_sources import QueueDelivery
    from components.service.subscriptions import Delivery, FunctionTarget, SourceContext


@dataclass(frozen=True, kw_only=True)
class TableSource:
    """Batching and error handling of the changes of a table."""

    batch_size: int = 100
    """Maximum number of records per invocation."""

    window_seconds: int = 0
    """Batching window in seconds."""

    max_attempts: int = 5
    """Attempts after which records move to the dead letters."""

    max_age_seconds: int = 86_400
    """Age at which records move to the dead letters; the stream keeps them for a day."""

    parallelization: int = 1
    """Number of batches of a shard at a time; changes of an item stay in order."""

    starting_position: str = "TRIM_HORIZON"
    """`TRIM_HORIZON` or `LATEST`."""

    pattern: Mapping[str, Any] | None = None
    """Filter pattern of the records; default: every record."""


@dataclass(frozen=True, kw_only=True)
class TableSources:
    """Functions' view of a table: its stream, read by one mapping for each source."""

    sources: Mapping[str, TableSource]
    """Sources by name."""

    dead_letters: ObjectBucket
    """Bucket for the batches that the function could not process."""

    def require_polled_by(self, processes: Collection[str]) -> None:
        """Reject every source: a table's stream invokes functions."""
        del processes
        raise InvalidArgError("sources", sorted(self.sources), "use them in a function")

    def require_invocations(self) -> None:
        """Accept every source."""

    def define(self, context: SourceContext) -> list[TableDelivery]:
        """Return how the records are delivered; a source owns nothing but the mapping."""
        table = cast("DocumentTable", context.component)
        if table.stream_arn is None:
            want = f"set stream of the table {context.store}"
            raise InvalidArgError("sources", context.store, want)
        return [
            TableDelivery(
                name=context.name(name),
                source=source,
                table=table,
                dead_letters=self.dead_letters,
                context=context,
            )
            for name, source in self.sources.items()
        ]


@dataclass(frozen=True, kw_only=True)
class TableDelivery:
    """Records of a table's stream, which Lambda reads for the function."""

    name: str
    """Name of its resources."""

    source: TableSource
    """Batching and error handling."""

    table: DocumentTable
    """The table."""

    dead_letters: ObjectBucket
    """Bucket for the batches that the function could not process."""

    context: SourceContext
    """The service."""

    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, "pulumi.Input[str]"]
    )
    """None: an event source mapping reads for the function."""

    @property
    def statements(self) -> Sequence[Statement]:
        """The permission to list streams, and to write dead letters.

        The service's role may read the stream of its own table.
        """
        return [*self.table.allow_list_streams(), *self.dead_letters.allow_add("aws/lambda")]

    @property
    def process(self) -> None:
        """None: it invokes a function."""

    @property
    def polled_queue(self) -> None:
        """None: a process cannot read the stream."""

    def invoke(self, target: FunctionTarget) -> None:
        """Define the event source mapping of the stream."""
        source = self.source
        StreamConsumer(
            f"{self.name}-consumer",
            StreamConsumerArgs(
                function=target.function,
                stream_arn=self.table.stream_arn or "",
                dead_letters_arn=self.dead_letters.arn,
                alarms=self.context.platform.alarms,
                batch_size=source.batch_size,
                window_seconds=source.window_seconds,
                max_attempts=source.max_attempts,
                max_age_seconds=source.max_age_seconds,
                starting_position=source.starting_position,
                parallelization=source.parallelization,
                pattern=source.pattern,
                tags=self.context.tags,
            ),
            self.context.opts,
        )


@dataclass(frozen=True, kw_only=True)
class BucketSource:
    """The objects of a bucket that a source is told of."""

    prefix: str = ""
    """Prefix of the keys; default: every key."""

    suffix: str = ""
    """Suffix of the keys; default: every key."""

    events: Sequence[str] = ("s3:ObjectCreated:*",)
    """Events of S3."""

    process: str | None = None
    """Process of a container service that polls; None for a function."""

    batch_size: int = 10
    """Maximum number of messages per invocation of a function."""

    max_receives: int = 5
    """Receives after which a message moves to the dead letters."""

    visibility_timeout_seconds: int = 60
    """Visibility timeout of the queue in seconds."""

    max_concurrency: int | None = None
    """Maximum number at a time: of batches for a function (default: its concurrency), of messages
    in each task of a process (default: the program's)."""


@dataclass(frozen=True, kw_only=True)
class BucketSources:
    """Sources of a bucket: each has a queue, which the bucket's notifications fill."""

    sources: Mapping[str, BucketSource]
    """Sources by name."""

    def require_polled_by(self, processes: Collection[str]) -> None:
        """Reject a source without one of *processes*, or with batches."""
        for name, source in self.sources.items():
            if source.process not in processes:
                want = f"use one of processes, which polls {name}"
                raise InvalidArgError("process", source.process, want)
            if source.batch_size != BucketSource.batch_size:
                want = f"leave it out: a process receives the messages of {name} one by one"
                raise InvalidArgError("batch_size", source.batch_size, want)

    def require_invocations(self) -> None:
        """Reject a source with a process."""
        for name, source in self.sources.items():
            if source.process is not None:
                want = f"leave it out: a function is invoked with the messages of {name}"
                raise InvalidArgError("process", source.process, want)

    def define(self, context: SourceContext) -> list[Delivery]:
        """Define the queues and the notification configuration of the bucket."""
        bucket = cast("ObjectBucket", context.component)
        told = _Objects(
            bucket=NotifyingBucket(arn=bucket.arn, account_id=context.platform.account_id)
        )
        made = {
            name: told.define(_delivery(context, name, source, told))
            for name, source in self.sources.items()
        }
        BucketNotifications(
            f"{context.service}-{context.store}-notifications",
            BucketNotificationsArgs(
                bucket_name=bucket.bucket_name,
                queues={
                    name: NotifiedQueue(
                        queue_arn=made[name].queue.arn,
                        events=source.events,
                        prefix=source.prefix,
                        suffix=source.suffix,
                    )
                    for name, source in self.sources.items()
                },
            ),
            # S3 refuses a queue whose policy does not allow it to send.
            pulumi.ResourceOptions.merge(
                context.opts,
                pulumi.ResourceOptions(depends_on=[each.queue for each in made.values()]),
            ),
        )
        return list(made.values())


@dataclass(frozen=True, kw_only=True)
class _Objects:
    """A bucket as an `EventSource`."""

    bucket: NotifyingBucket

    def define(self, context: DeliveryContext) -> QueueDelivery:
        """Define the queue that the bucket fills."""
        return deliver(context, bucket=self.bucket)


def _delivery(
    context: SourceContext, name: str, source: BucketSource, told: _Objects
) -> DeliveryContext:
    return DeliveryContext(
        service=context.service,
        name=context.name(name),
        event=name,
        subscription=Subscription(
            source=told,
            batch_size=source.batch_size,
            max_receives=source.max_receives,
            visibility_timeout_seconds=source.visibility_timeout_seconds,
            max_concurrency=source.max_concurrency,
            process=source.process,
        ),
        platform=context.platform,
        tags=context.tags,
        opts=context.opts,
    )
