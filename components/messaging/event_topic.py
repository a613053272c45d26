"""An SNS topic for one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, deny_plain_http, document, use_key
from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class EventTopicArgs:
    """Encryption of an event topic."""

    key_arn: pulumi.Input[str]
    """KMS key of the topic."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class EventTopic(pulumi.ComponentResource):
    """An encrypted SNS topic; failed deliveries show in the alarms of its subscribers."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EventTopicArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the topic *name*."""
        super().__init__("bulkhead:messaging:EventTopic", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        topic = aws.sns.Topic(
            f"{name}-topic",
            kms_master_key_id=args.key_arn,
            tags=args.tags,
            opts=child,
        )
        aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=document([deny_plain_http("sns:Publish", [topic.arn])]),
            opts=child,
        )

        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})

    def allow_publish(self) -> list[Statement]:
        """Return the permission to publish."""
        return [
            Statement(actions=["sns:Publish"], resources=[self.arn]),
            use_key(self._key_arn, encrypt=True),
        ]
