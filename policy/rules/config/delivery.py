"""Rules on AWS Config delivery channels and aggregators."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import is_missing, is_not_true

AGGREGATOR = "aws:cfg/configurationAggregator:ConfigurationAggregator"
_SOURCES = {
    "accountAggregationSource": "account_aggregation_source",
    "organizationAggregationSource": "organization_aggregation_source",
}


@stack_rule(aws.CONFIG_RECORDER, aws.CONFIG_DELIVERY_CHANNEL)
@classify("audit", "audit", "low", "advisory")
def config_delivery_channel(stack: Stack) -> Findings:
    """AWS Config must deliver configuration changes to a bucket and a topic.

    The recorder cannot start without a delivery channel, and configuration changes are not
    announced without a topic.

    References: FSBP Config.1
    """
    wanted = ("s3BucketName", "snsTopicArn")
    channels = stack.of_type(aws.CONFIG_DELIVERY_CHANNEL)
    if any(not any(one.is_missing(key) for key in wanted) for one in channels):
        return
    for recorder in stack.of_type(aws.CONFIG_RECORDER):
        yield recorder.finding(
            f"The recorder '{recorder.name}' must deliver what it records: add a DeliveryChannel"
            " with s3_bucket_name and sns_topic_arn."
        )


@rule(AGGREGATOR)
@classify("audit", "audit", "low", "advisory")
def config_aggregator_all_regions(aggregator: Resource) -> Messages:
    """AWS Config must be aggregated from every Region.

    Without an aggregator, noncompliant resources in rarely used Regions go unnoticed.

    References: Checkov CKV_AWS_121
    """
    for key, argument in _SOURCES.items():
        if is_missing(aggregator.get(key)) or not is_not_true(aggregator.get(f"{key}.allRegions")):
            continue
        yield (
            f"The aggregator '{aggregator.name}' must aggregate data from every Region: set"
            f" {argument}.all_regions=True."
        )
