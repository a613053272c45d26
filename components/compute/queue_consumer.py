"""An event source mapping from an SQS queue to a Lambda function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import InvalidArgError, as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BATCH = 10_000  # Lambda's maximum for a standard queue
MAX_BATCH_WITHOUT_WINDOW = 10  # larger batches need a batching window
MAX_WINDOW_SECONDS = 300  # Lambda's maximum
MIN_CONCURRENCY = 2  # Lambda's minimum


@dataclass(frozen=True, kw_only=True)
class QueueConsumerArgs:
    """Queue, function and batching of an event source mapping."""

    function_arn: pulumi.Input[str]
    """ARN of the function."""

    queue_arn: pulumi.Input[str]
    """ARN of the queue."""

    batch_size: int = 10
    """Maximum number of messages per invocation."""

    window_seconds: int = 0
    """Batching window in seconds."""

    max_concurrency: int | None = None
    """Maximum concurrency of the mapping."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that Lambda does not accept."""
        require_between("batch_size", self.batch_size, 1, MAX_BATCH)
        require_between("window_seconds", self.window_seconds, 0, MAX_WINDOW_SECONDS)
        if self.batch_size > MAX_BATCH_WITHOUT_WINDOW and self.window_seconds == 0:
            want = f"use at most {MAX_BATCH_WITHOUT_WINDOW}, or set window_seconds"
            raise InvalidArgError("batch_size", self.batch_size, want)
        if self.max_concurrency is not None and self.max_concurrency < MIN_CONCURRENCY:
            want = f"use {MIN_CONCURRENCY} or more, or leave it out"
            raise InvalidArgError("max_concurrency", self.max_concurrency, want)


class QueueConsumer(pulumi.ComponentResource):
    """An event source mapping with partial batch responses; queue and function have the alarms."""

    mapping_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: QueueConsumerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the consumer *name*."""
        super().__init__("bulkhead:compute:QueueConsumer", name, as_inputs(args), opts)

        mapping = aws.lambda_.EventSourceMapping(
            f"{name}-mapping",
            event_source_arn=args.queue_arn,
            function_name=args.function_arn,
            batch_size=args.batch_size,
            maximum_batching_window_in_seconds=args.window_seconds,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": args.max_concurrency}
            if args.max_concurrency is not None
            else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.mapping_id = mapping.id
        self.register_outputs({"mapping_id": self.mapping_id})
