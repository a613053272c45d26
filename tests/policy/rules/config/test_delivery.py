"""Tests of policy.rules.config.delivery."""

from policy.rules.config.delivery import config_aggregator_all_regions, config_delivery_channel
from policy.testing import check, check_stack, resource, stack, unknown

RECORDER = "aws:cfg/recorder:Recorder"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"


def test_config_delivery_channel():
    recorder = resource(RECORDER, "account", {"roleArn": "arn:aws:iam::1:role/config"})

    def channel(**changes):
        whole = {"s3BucketName": "history", "snsTopicArn": "arn:aws:sns:eu-west-1:1:config"}
        return resource(CHANNEL, "account-channel", whole | changes)

    check_stack(
        config_delivery_channel,
        kept=[
            stack(recorder, channel()),
            stack(recorder, channel(s3BucketName=unknown, snsTopicArn=unknown)),
            stack(channel(snsTopicArn=None)),
        ],
        broken=[
            stack(recorder),
            stack(recorder, channel(snsTopicArn=None)),
            stack(recorder, channel(s3BucketName="")),
        ],
    )


def test_config_aggregator_all_regions():
    accounts = {"accountIds": ["111122223333"], "allRegions": True}
    everywhere = {"roleArn": "arn:aws:iam::1:role/config", "allRegions": "true"}
    two = {"accountIds": ["111122223333"], "regions": ["eu-west-1", "eu-central-1"]}
    check(
        config_aggregator_all_regions,
        "aws:cfg/configurationAggregator:ConfigurationAggregator",
        {"name": "all", "accountAggregationSource": accounts},
        kept=[
            {"accountAggregationSource": None, "organizationAggregationSource": everywhere},
            {"accountAggregationSource": accounts | {"allRegions": unknown}},
        ],
        broken=[
            {"accountAggregationSource": two},
            {"accountAggregationSource": accounts | {"allRegions": False}},
            {"organizationAggregationSource": everywhere | {"allRegions": False}},
        ],
        unknown_at=["accountAggregationSource", "organizationAggregationSource"],
    )
