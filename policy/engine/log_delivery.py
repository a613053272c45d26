"""Buckets to which the service delivery.logs.amazonaws.com writes logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine import resource_types as aws

if TYPE_CHECKING:
    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

SOURCES = {
    aws.LOAD_BALANCER: "accessLogs.bucket",
    aws.CLOUDFRONT_DISTRIBUTION: "loggingConfig.bucket",
    "aws:ec2/flowLog:FlowLog": "logDestination",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "logDestinationConfigs",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": "destinationArn",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": (
        "deliveryDestinationConfiguration.destinationResourceArn"
    ),
}
"""Type of what delivers logs to buckets -> the input with the bucket."""


def receives_delivered_logs(stack: Stack, bucket: Resource) -> bool:
    """Return whether *bucket* is a destination; application load balancers need SSE-S3 anyway."""
    return any(
        one.type != aws.LOAD_BALANCER or one.get("loadBalancerType") == "network"
        for typ, path in SOURCES.items()
        for one in stack.referrers(path, bucket, typ)
    )
