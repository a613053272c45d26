"""The account layer: what an AWS account has once, whichever environments share it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import POLICY_VERSION

if TYPE_CHECKING:
    from components.observability.log_archive import LogArchive
    from stacks.deployment_target import DeploymentTarget
    from stacks.observability import ObservabilitySettings

SPANS = ("aws/spans", "/aws/application-signals/data")
"""Log groups that X-Ray creates and writes spans to."""


class AccountSettings(StrEnum):
    """Who owns the settings that an account has once."""

    MANAGED = "managed"
    EXTERNAL = "external"


def service_issuer(
    settings: AccountSettings, opts: pulumi.ResourceOptions | None = None
) -> pulumi.Output[str]:
    """Return the issuer of the account's service tokens; define it if this stack owns it."""
    if settings is AccountSettings.MANAGED:
        return aws.iam.OutboundWebIdentityFederation("service-tokens", opts=opts).issuer_identifier
    found = aws.iam.get_outbound_web_identity_federation_output(
        opts=pulumi.InvokeOutputOptions(provider=opts.provider if opts else None)
    )
    return found.issuer_identifier


def transaction_search(
    settings: AccountSettings,
    chosen: ObservabilitySettings,
    target: DeploymentTarget,
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Have X-Ray take spans by OTLP and keep them as log events, if this stack owns that.

    Neither setting has an alarm: without them services count the spans that they drop.
    """
    if settings is not AccountSettings.MANAGED or not chosen.trace_percent:
        return
    policy = aws.cloudwatch.LogResourcePolicy(
        "spans-policy",
        policy_name="bulkhead-spans",
        policy_document=_writes_spans(target),
        opts=opts,
    )
    behind = pulumi.ResourceOptions(depends_on=[policy])
    aws.xray.TraceSegmentDestination(
        "spans-destination",
        destination="CloudWatchLogs",
        opts=pulumi.ResourceOptions.merge(opts, behind),
    )
    aws.xray.IndexingRule(
        "spans-index",
        name="Default",
        rule={"probabilistic": {"desired_sampling_percentage": chosen.index_percent}},
        opts=opts,
    )


def _writes_spans(target: DeploymentTarget) -> str:
    place = f"arn:aws:logs:{target.region}:{target.account}:log-group"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": [f"{place}:{group}:*" for group in SPANS],
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:aws:xray:{target.region}:{target.account}:*"},
            "StringEquals": {"aws:SourceAccount": target.account},
        },
    }
    return json.dumps({"Version": POLICY_VERSION, "Statement": [statement]})


def archive_every_log_group(
    archive: LogArchive, name: str, opts: pulumi.ResourceOptions | None = None
) -> None:
    """Subscribe *archive* to every log group of the account, also to those made later."""
    aws.cloudwatch.LogAccountPolicy(
        "log-archive-policy",
        policy_name=name,
        policy_type="SUBSCRIPTION_FILTER_POLICY",
        policy_document=pulumi.Output.json_dumps(
            {
                "DestinationArn": archive.stream_arn,
                "RoleArn": archive.writer_role_arn,
                "FilterPattern": "",
                "Distribution": "Random",
            }
        ),
        # The delivery's own failures would otherwise be delivered, fail, and so on.
        selection_criteria=pulumi.Output.concat(
            "LogGroupName NOT IN ", pulumi.Output.json_dumps([archive.own_group_name])
        ),
        opts=pulumi.ResourceOptions.merge(
            opts or pulumi.ResourceOptions(), pulumi.ResourceOptions(depends_on=archive.ready)
        ),
    )
