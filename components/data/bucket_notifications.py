"""The event notifications of an S3 bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class NotifiedQueue:
    """A queue that receives a message for each event of some objects."""

    queue_arn: pulumi.Input[str]
    """ARN of the queue."""

    events: Sequence[str] = ("s3:ObjectCreated:*",)
    """Events of S3."""

    prefix: str = ""
    """Prefix of the keys; default: every key."""

    suffix: str = ""
    """Suffix of the keys; default: every key."""


@dataclass(frozen=True, kw_only=True)
class BucketNotificationsArgs:
    """Bucket and queues of a notification configuration."""

    bucket_name: pulumi.Input[str]
    """Name of the bucket."""

    queues: Mapping[str, NotifiedQueue]
    """Queues by the ID of their configuration; their keys must not overlap for an event."""


class BucketNotifications(pulumi.ComponentResource):
    """The only notification configuration of a bucket; the queues have the alarms."""

    bucket_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: BucketNotificationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the notifications *name*."""
        super().__init__("bulkhead:data:BucketNotifications", name, as_inputs(args), opts)

        made = aws.s3.BucketNotification(
            f"{name}-configuration",
            bucket=args.bucket_name,
            queues=[
                {
                    "id": id_,
                    "queue_arn": queue.queue_arn,
                    "events": list(queue.events),
                    "filter_prefix": queue.prefix or None,
                    "filter_suffix": queue.suffix or None,
                }
                for id_, queue in args.queues.items()
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.bucket_name = made.bucket
        self.register_outputs({"bucket_name": self.bucket_name})
