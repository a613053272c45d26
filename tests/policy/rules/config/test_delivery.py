"""Tests of policy.rules.config.delivery."""

from policy.rules.config.delivery import config_delivery_channel
from policy.testing import check_stack, resource, stack, unknown

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
