"""Delivery of log lines to a locked bucket, as gzip files by day and hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import MadeRole, RoleArgs, Statement, make_role
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import as_inputs, require_between
from components.logs import ArchiveTarget, LogSettings, make_log_group
from components.observability.log_archive_bucket import LogArchiveBucket, LogArchiveBucketArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting

PREFIX = "logs/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/"
ERROR_PREFIX = "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
BUFFER_MEBIBYTES = 5
LATE_SECONDS = 900  # after which a line that should have been delivered is late
PERIOD_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class LogArchiveArgs:
    """Retention, encryption and alarms of the archive."""

    account_id: pulumi.Input[str]
    """Account whose log groups are archived."""

    key_arn: pulumi.Input[str]
    """KMS key of the objects and of the records that wait."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    logs: LogSettings
    """Retention and encryption of the log group of delivery failures."""

    retention_days: int = 365
    """Days for which lines are kept and cannot be deleted."""

    buffer_seconds: int = 300
    """Seconds for which lines wait for others before they are written."""

    deletion_protection: bool = True
    """The bucket cannot be deleted, and stays in the account when it leaves the program."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject what Firehose does not accept."""
        require_between("buffer_seconds", self.buffer_seconds, 0, 900)


class LogArchive(pulumi.ComponentResource):
    """A delivery stream that writes the lines of log groups to a locked bucket."""

    bucket_name: pulumi.Output[str]
    stream_arn: pulumi.Output[str]
    writer_role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the archive *name*."""
        super().__init__("bulkhead:observability:LogArchive", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        bucket = LogArchiveBucket(
            name,
            LogArchiveBucketArgs(
                key_arn=args.key_arn,
                retention_days=args.retention_days,
                deletion_protection=args.deletion_protection,
                tags=args.tags,
            ),
            child,
        )
        group = make_log_group(
            f"{name}-failures", args.logs, child, args.tags, name_prefix="/aws/kinesisfirehose/"
        )
        failures = aws.cloudwatch.LogStream(
            f"{name}-failures-stream", name="delivery", log_group_name=group.name, opts=child
        )
        stream = self._stream(name, args, bucket, failures)
        writer = make_role(
            f"{name}-writer",
            RoleArgs(
                service="logs.amazonaws.com",
                description="Puts log lines into the archive's delivery stream",
                statements=[
                    Statement(
                        actions=["firehose:PutRecord", "firehose:PutRecordBatch"],
                        resources=[stream.arn],
                    )
                ],
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        self._alarms(name, args, stream)

        self.bucket_name = bucket.bucket_name
        self.stream_arn = stream.arn
        self.writer_role_arn = writer.arn
        self.own_group_name = group.name
        self.bucket_ready = bucket.ready
        # CloudWatch Logs puts a test message when a subscription is made.
        self.ready: list[pulumi.Resource] = [stream, *writer.ready]
        self.register_outputs(
            {
                "bucket_name": self.bucket_name,
                "stream_arn": self.stream_arn,
                "writer_role_arn": self.writer_role_arn,
            }
        )

    @property
    def target(self) -> ArchiveTarget:
        """Where the subscription filters of log groups deliver."""
        return ArchiveTarget(stream_arn=self.stream_arn, role_arn=self.writer_role_arn)

    def _stream(
        self,
        name: str,
        args: LogArchiveArgs,
        bucket: LogArchiveBucket,
        failures: aws.cloudwatch.LogStream,
    ) -> aws.kinesis.FirehoseDeliveryStream:
        role = self._delivery_role(name, args, bucket, failures)
        return aws.kinesis.FirehoseDeliveryStream(
            f"{name}-stream",
            destination="extended_s3",
            server_side_encryption={
                "enabled": True,
                "key_type": "CUSTOMER_MANAGED_CMK",
                "key_arn": args.key_arn,
            },
            extended_s3_configuration={
                "bucket_arn": bucket.arn,
                "role_arn": role.arn,
                "kms_key_arn": args.key_arn,
                "prefix": PREFIX,
                "error_output_prefix": ERROR_PREFIX,
                "buffering_interval": args.buffer_seconds,
                "buffering_size": BUFFER_MEBIBYTES,
                "compression_format": "GZIP",
                "cloudwatch_logging_options": {
                    "enabled": True,
                    "log_group_name": failures.log_group_name,
                    "log_stream_name": failures.name,
                },
                "processing_configuration": {
                    "enabled": True,
                    "processors": [
                        {"type": "Decompression"},
                        {
                            "type": "CloudWatchLogProcessing",
                            "parameters": [
                                {
                                    "parameter_name": "DataMessageExtraction",
                                    "parameter_value": "true",
                                }
                            ],
                        },
                    ],
                },
            },
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready, *bucket.ready]),
        )

    def _delivery_role(
        self,
        name: str,
        args: LogArchiveArgs,
        bucket: LogArchiveBucket,
        failures: aws.cloudwatch.LogStream,
    ) -> MadeRole:
        return make_role(
            f"{name}-delivery",
            RoleArgs(
                service="firehose.amazonaws.com",
                description="Writes log lines to the archive's bucket",
                statements=[
                    *bucket.allow_deliver(),
                    Statement(actions=["logs:PutLogEvents"], resources=[failures.arn]),
                ],
                account_id=args.account_id,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _alarms(
        self, name: str, args: LogArchiveArgs, stream: aws.kinesis.FirehoseDeliveryStream
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        make_alarm(
            f"{name}-late",
            Alarm(
                kind=AlarmKind.ARCHIVE_FAILS,
                description=f"{name} does not deliver: see /aws/kinesisfirehose, and the role",
                namespace="AWS/Firehose",
                metric="DeliveryToS3.DataFreshness",
                dimensions={"DeliveryStreamName": stream.name},
                statistic="Maximum",
                threshold=args.buffer_seconds + LATE_SECONDS,
                period_seconds=PERIOD_SECONDS,
            ),
            args.alarms,
            child,
            args.tags,
        )
        make_alarm(
            f"{name}-unreadable",
            Alarm(
                kind=AlarmKind.ARCHIVE_FAILS,
                description=f"{name} cannot decompress records: they are below errors/",
                namespace="AWS/Firehose",
                metric="OutputDecompressedRecords.Failed",
                dimensions={"DeliveryStreamName": stream.name},
                threshold=0,
                period_seconds=PERIOD_SECONDS,
            ),
            args.alarms,
            child,
            args.tags,
        )
