"""Rules on what distributions write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
LOG_DELIVERY_SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"


@stack_rule(
    DISTRIBUTION,
    LOG_DELIVERY_SOURCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without access logs nobody can say afterwards who asked for what, and what was answered.",
    references=(
        "FSBP CloudFront.5",
        "CIS 7.0 4.10",
        "Config cloudfront-accesslogs-enabled",
        "Checkov CKV_AWS_86",
        "cdk-nag AwsSolutions-CFR3",
    ),
)
def cloudfront_access_logs(stack: Stack) -> Iterator[Finding]:
    """Distributions must log every request."""
    for distribution in stack.of(DISTRIBUTION):
        bucket = distribution.get("loggingConfig.bucket")
        if is_missing(bucket) and stack.lacks(
            distribution, "resourceArn", LOG_DELIVERY_SOURCE, where=_delivers_requests
        ):
            text = (
                f"The distribution '{distribution.name}' must log its requests: set"
                " logging_config.bucket, or add a LogDeliverySource with log_type"
                ' "ACCESS_LOGS".'
            )
            yield Finding(text, distribution.urn)


def _delivers_requests(source: Resource) -> bool:
    return source.get("logType") in ("ACCESS_LOGS", UNKNOWN)
