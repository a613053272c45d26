"""A queue for calls that failed for good, with its alarm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.access import deny_plain_http, document
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.alarms import AlarmRouting

RETENTION_SECONDS = 14 * 86_400  # SQS's maximum


def make_dead_letters(
    name: str,
    what: str,
    alarms: AlarmRouting,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.sqs.Queue:
    """Define the dead-letter queue of *name*; *what* says in the alarm what has failed."""
    queue = aws.sqs.Queue(
        f"{name}-dead-letters",
        message_retention_seconds=RETENTION_SECONDS,
        sqs_managed_sse_enabled=True,
        # It takes the letters of no other queue.
        redrive_allow_policy=json.dumps({"redrivePermission": "denyAll"}),
        tags=tags,
        opts=opts,
    )
    aws.sqs.QueuePolicy(
        f"{name}-dead-letters-policy",
        queue_url=queue.url,
        policy=document([deny_plain_http("sqs:*", [queue.arn])]),
        opts=opts,
    )
    alarm = Alarm(
        kind=AlarmKind.DEAD_LETTERS,
        description=f"{what}: see the dead letters of {name}",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue.name},
        threshold=0,
        statistic="Maximum",
    )
    make_alarm(f"{name}-dead", alarm, alarms, opts, tags)
    return queue
