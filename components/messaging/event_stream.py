"""A Kinesis data stream for one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting

MIN_RETENTION_HOURS, MAX_RETENTION_HOURS = 24, 8760  # Kinesis's range


@dataclass(frozen=True, kw_only=True)
class EventStreamArgs:
    """Encryption and retention of an event stream."""

    key_arn: pulumi.Input[str]
    """KMS key of the stream."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    retention_hours: int = 168
    """Record retention in hours."""

    late_seconds: int = 600
    """Threshold of the alarm on the age of the last record that a reader got, in seconds."""

    deletion_protection: bool = True
    """Pulumi's `protect`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a retention that Kinesis does not accept."""
        low, high = MIN_RETENTION_HOURS, MAX_RETENTION_HOURS
        require_between("retention_hours", self.retention_hours, low, high)


class EventStream(pulumi.ComponentResource):
    """An encrypted Kinesis data stream in on-demand mode, with alarms on throttles and lag."""

    arn: pulumi.Output[str]
    stream_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: EventStreamArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the stream *name*."""
        super().__init__("bulkhead:messaging:EventStream", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        stream = aws.kinesis.Stream(
            f"{name}-stream",
            stream_mode_details={"stream_mode": "ON_DEMAND"},
            retention_period=args.retention_hours,
            encryption_type="KMS",
            kms_key_id=args.key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        for suffix, alarm in _alarms(name, args, stream.name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.arn = stream.arn
        self.stream_name = stream.name
        self.register_outputs({"arn": self.arn, "stream_name": self.stream_name})

    def allow_publish(self) -> list[Statement]:
        """Return the permission to put records."""
        actions = ["kinesis:PutRecord", "kinesis:PutRecords"]
        return [
            Statement(actions=actions, resources=[self.arn]),
            use_key(self._key_arn, encrypt=True),
        ]

    def allow_read(self) -> list[Statement]:
        """Return the permission to read records."""
        actions = [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ]
        return [
            Statement(actions=actions, resources=[self.arn]),
            use_key(self._key_arn, encrypt=False),
        ]


def _alarms(name: str, args: EventStreamArgs, stream_name: pulumi.Output[str]) -> dict[str, Alarm]:
    dimensions = {"StreamName": stream_name}
    return {
        "throttled": Alarm(
            kind=AlarmKind.STREAM_THROTTLED,
            description=f"Writes to the stream {name} are throttled: events wait in the outbox",
            namespace="AWS/Kinesis",
            metric="WriteProvisionedThroughputExceeded",
            dimensions=dimensions,
            threshold=0,
            periods=3,
        ),
        "read-throttled": Alarm(
            kind=AlarmKind.STREAM_THROTTLED,
            description=f"Reads of the stream {name} are throttled: it has too many consumers",
            namespace="AWS/Kinesis",
            metric="ReadProvisionedThroughputExceeded",
            dimensions=dimensions,
            threshold=0,
            periods=3,
        ),
        "late": Alarm(
            kind=AlarmKind.MESSAGES_WAIT,
            description=f"Records of the stream {name} are read late: a consumer is slow or fails",
            namespace="AWS/Kinesis",
            metric="GetRecords.IteratorAgeMilliseconds",
            dimensions=dimensions,
            threshold=args.late_seconds * 1000,
            statistic="Maximum",
            periods=3,
        ),
    }
