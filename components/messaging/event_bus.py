"""An EventBridge event bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import Statement, deny_plain_http, document
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting

DAY = 86_400
DEAD_LETTER_DAYS = 14  # SQS's maximum


@dataclass(frozen=True, kw_only=True)
class EventBusArgs:
    """Encryption, archive and alarms of an event bus."""

    key_arn: pulumi.Input[str]
    """KMS key of the bus and of its archive; its key policy must allow EventBridge."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    archive_days: int = 30
    """Days that the archive keeps events, within which they can be replayed."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject an archive without an end: it would grow forever."""
        require_between("archive_days", self.archive_days, 1, 3650)


class EventBus(pulumi.ComponentResource):
    """An encrypted event bus, with an archive of its events and a dead-letter queue."""

    arn: pulumi.Output[str]
    bus_name: pulumi.Output[str]
    archive_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EventBusArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the bus *name*."""
        super().__init__("bulkhead:messaging:EventBus", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        dead_letters = aws.sqs.Queue(
            f"{name}-dead-letters",
            message_retention_seconds=DEAD_LETTER_DAYS * DAY,
            sqs_managed_sse_enabled=True,
            tags=args.tags,
            opts=child,
        )
        bus = aws.cloudwatch.EventBus(
            f"{name}-bus",
            description="Events that services publish for each other",
            kms_key_identifier=args.key_arn,
            dead_letter_config={"arn": dead_letters.arn},
            tags=args.tags,
            opts=child,
        )
        aws.sqs.QueuePolicy(
            f"{name}-dead-letters-policy",
            queue_url=dead_letters.url,
            policy=document(
                [
                    _allow_bus(dead_letters.arn, bus.arn),
                    deny_plain_http("sqs:*", [dead_letters.arn]),
                ]
            ),
            opts=child,
        )
        aws.cloudwatch.EventBusPolicy(
            f"{name}-policy",
            event_bus_name=bus.name,
            policy=document([deny_plain_http("events:PutEvents", [bus.arn])]),
            opts=child,
        )
        archive = aws.cloudwatch.EventArchive(
            f"{name}-archive",
            event_source_arn=bus.arn,
            retention_days=args.archive_days,
            kms_key_identifier=args.key_arn,
            opts=child,
        )
        dead = Alarm(
            kind=AlarmKind.EVENTS_LOST,
            description=f"Events on the bus {name} could not be encrypted or decrypted",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": dead_letters.name},
            threshold=0,
            statistic="Maximum",
        )
        make_alarm(f"{name}-dead", dead, args.alarms, child, args.tags)

        self.arn = bus.arn
        self.bus_name = bus.name
        self.archive_arn = archive.arn
        self.register_outputs(
            {"arn": self.arn, "bus_name": self.bus_name, "archive_arn": self.archive_arn}
        )

    def allow_publish(self, event: str) -> list[Statement]:
        """Return the permission to put events of the detail type *event*."""
        return [
            Statement(
                actions=["events:PutEvents"],
                resources=[self.arn],
                conditions={"StringEquals": {"events:detail-type": event}},
            )
        ]


def _allow_bus(queue_arn: pulumi.Output[str], bus_arn: pulumi.Output[str]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": bus_arn}},
    }
