"""An event source mapping from a stream to a Lambda function."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import NOT_AN_INPUT, as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting
    from components.compute.lambda_function import LambdaFunction

MAX_BATCH = 10_000  # Lambda's maximum
MAX_WINDOW_SECONDS = 300  # Lambda's maximum
MAX_PARALLELIZATION = 10  # Lambda's maximum
MIN_AGE_SECONDS, MAX_AGE_SECONDS = 60, 604_800  # Lambda's range
MAX_ATTEMPTS = 10_001  # Lambda's maximum number of retries, and the first attempt
POSITIONS = ("LATEST", "TRIM_HORIZON")


@dataclass(frozen=True, kw_only=True)
class StreamConsumerArgs:
    """Stream, function, batching and error handling of an event source mapping."""

    function: LambdaFunction = field(metadata=NOT_AN_INPUT)
    """The function."""

    stream_arn: pulumi.Input[str]
    """ARN of the Kinesis data stream or of the table's stream."""

    dead_letters_arn: pulumi.Input[str]
    """ARN of the on-failure destination: of an S3 bucket, so that batches are kept whole."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    batch_size: int = 100
    """Maximum number of records per invocation."""

    window_seconds: int = 0
    """Batching window in seconds."""

    max_attempts: int = 5
    """Attempts after which records move to the dead letters."""

    max_age_seconds: int = MAX_AGE_SECONDS
    """Age at which records move to the dead letters, in seconds."""

    starting_position: str = "TRIM_HORIZON"
    """`TRIM_HORIZON`, `LATEST`, or a time in UTC, from which a Kinesis data stream is read."""

    parallelization: int = 1
    """Number of batches of a shard at a time; records of a partition key stay in order."""

    pattern: Mapping[str, Any] | None = None
    """Filter pattern of the records; default: every record."""

    late_seconds: int = 600
    """Threshold of the alarm on the age of the last record of a batch, in seconds."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that Lambda does not accept."""
        require_between("batch_size", self.batch_size, 1, MAX_BATCH)
        require_between("window_seconds", self.window_seconds, 0, MAX_WINDOW_SECONDS)
        require_between("max_attempts", self.max_attempts, 1, MAX_ATTEMPTS)
        require_between("max_age_seconds", self.max_age_seconds, MIN_AGE_SECONDS, MAX_AGE_SECONDS)
        require_between("parallelization", self.parallelization, 1, MAX_PARALLELIZATION)


class StreamConsumer(pulumi.ComponentResource):
    """An event source mapping whose failed batches are bisected, retried, and then kept."""

    mapping_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: StreamConsumerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the consumer *name*."""
        super().__init__("bulkhead:compute:StreamConsumer", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        at_time = args.starting_position not in POSITIONS

        mapping = aws.lambda_.EventSourceMapping(
            f"{name}-mapping",
            event_source_arn=args.stream_arn,
            function_name=args.function.arn,
            batch_size=args.batch_size,
            maximum_batching_window_in_seconds=args.window_seconds,
            starting_position="AT_TIMESTAMP" if at_time else args.starting_position,
            starting_position_timestamp=args.starting_position if at_time else None,
            parallelization_factor=args.parallelization,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=args.max_attempts - 1,
            maximum_record_age_in_seconds=args.max_age_seconds,
            destination_config={"on_failure": {"destination_arn": args.dead_letters_arn}},
            filter_criteria={"filters": [{"pattern": json.dumps(args.pattern)}]}
            if args.pattern is not None
            else None,
            function_response_types=["ReportBatchItemFailures"],
            metrics_config={"metrics": ["EventCount"]},
            tags=args.tags,
            opts=child,
        )
        for suffix, alarm in _alarms(name, args, mapping.uuid).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.mapping_id = mapping.id
        self.register_outputs({"mapping_id": self.mapping_id})


def _alarms(name: str, args: StreamConsumerArgs, uuid: pulumi.Output[str]) -> dict[str, Alarm]:
    return {
        "dead": Alarm(
            kind=AlarmKind.DEAD_LETTERS,
            description=f"Records of {name} could not be processed: they wait in its dead letters",
            namespace="AWS/Lambda",
            metric="OnFailureDestinationDeliveredEventCount",
            dimensions={"EventSourceMappingUUID": uuid},
            threshold=0,
        ),
        "dropped": Alarm(
            kind=AlarmKind.EVENTS_LOST,
            description=f"Records of {name} were dropped: its dead letters could not be written",
            namespace="AWS/Lambda",
            metric="DroppedEventCount",
            dimensions={"EventSourceMappingUUID": uuid},
            threshold=0,
        ),
        "late": Alarm(
            kind=AlarmKind.MESSAGES_WAIT,
            description=f"Records of {name} wait too long: its function is slow or fails",
            namespace="AWS/Lambda",
            metric="IteratorAge",
            dimensions={"FunctionName": args.function.function_name},
            threshold=args.late_seconds * 1000,
            statistic="Maximum",
            periods=3,
        ),
    }
