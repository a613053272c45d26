"""The SNS topic that alarms notify."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import deny_plain_http, document
from components.args import InvalidArgError, as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


HTTPS = "https://"
DIGEST_LENGTH = 8


@dataclass(frozen=True, kw_only=True)
class AlarmTopicArgs:
    """Publisher account and encryption of the alarm topic."""

    account_id: pulumi.Input[str]
    """Account whose alarms may publish."""

    key_arn: pulumi.Input[str]
    """KMS key of the topic; its key policy must allow CloudWatch."""

    subscriptions: Sequence[str] = ()
    """`https://` URLs and mail addresses that are notified; each has to confirm once."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject endpoints of other protocols."""
        for endpoint in self.subscriptions:
            if not endpoint.startswith(HTTPS) and ("@" not in endpoint or "/" in endpoint):
                want = "use https:// URLs and mail addresses"
                raise InvalidArgError("subscriptions", endpoint, want)


class AlarmTopic(pulumi.ComponentResource):
    """An encrypted SNS topic for the alarms of one account."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the topic *name*."""
        super().__init__("bulkhead:observability:AlarmTopic", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        topic = aws.sns.Topic(
            f"{name}-topic", kms_master_key_id=args.key_arn, tags=args.tags, opts=child
        )
        report = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic.arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": args.account_id}},
        }
        policy = aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=document([report, deny_plain_http("sns:Publish", [topic.arn])]),
            opts=child,
        )

        for endpoint in args.subscriptions:
            # The endpoint itself may hold a key, as URLs of paging services do.
            digest = hashlib.sha256(endpoint.encode()).hexdigest()[:DIGEST_LENGTH]
            web = endpoint.startswith(HTTPS)
            aws.sns.TopicSubscription(
                f"{name}-{digest}",
                topic=topic.arn,
                protocol="https" if web else "email",
                endpoint=endpoint,
                opts=child,
            )

        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})
