"""Tests of policy.rules.s3.delivered_logs."""

import pytest

from policy.rules.s3.buckets import s3_bucket_own_key, s3_log_bucket_encrypted_by_s3
from policy.rules.s3.delivered_logs import s3_delivered_logs_no_aws_managed_key
from policy.testing import check_stack, messages, resource, stack, unknown

LB = "aws:lb/loadBalancer:LoadBalancer"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"
ARN = "arn:aws:s3:::logs"
NETWORK = (LB, {"loadBalancerType": "network", "accessLogs": {"bucket": "logs"}})
SOURCES = [
    NETWORK,
    ("aws:ec2/flowLog:FlowLog", {"logDestinationType": "s3", "logDestination": ARN}),
    ("aws:cloudfront/distribution:Distribution", {"loggingConfig": {"bucket": "logs"}}),
    (
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        {"logDestinationConfigs": [ARN]},
    ),
    ("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", {"destinationArn": ARN}),
    (
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        {"deliveryDestinationConfiguration": {"destinationResourceArn": ARN}},
    ),
]


def receiving(source, **encryption):
    """Return the bucket "logs" with *encryption* as default and the logs of *source*."""
    typ, inputs = source
    defaults = [{"applyServerSideEncryptionByDefault": encryption}]
    return stack(
        resource("aws:s3/bucket:Bucket", "logs", {"bucket": "logs", "arn": ARN}),
        resource(ENCRYPTION, "default", {"bucket": "logs", "rules": defaults}),
        resource(typ, "sender", inputs),
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one[0].rpartition(":")[2])
def test_s3_delivered_logs_no_aws_managed_key(source):
    other = (LB, {"loadBalancerType": "application", "accessLogs": {"bucket": "logs"}})
    check_stack(
        s3_delivered_logs_no_aws_managed_key,
        kept=[
            receiving(source, sseAlgorithm="AES256"),
            receiving(source, sseAlgorithm="aws:kms", kmsMasterKeyId=KEY),
            receiving(source, sseAlgorithm="aws:kms", kmsMasterKeyId=unknown),
            receiving(source, sseAlgorithm=unknown),
            receiving(other, sseAlgorithm="aws:kms"),
        ],
        broken=[
            receiving(source, sseAlgorithm="aws:kms"),
            receiving(source, sseAlgorithm="aws:kms:dsse", kmsMasterKeyId="alias/aws/s3"),
        ],
    )


def test_logs_of_a_network_load_balancer_keep_the_three_rules_on_keys_with_a_customer_managed_one():
    rules = (s3_bucket_own_key, s3_log_bucket_encrypted_by_s3, s3_delivered_logs_no_aws_managed_key)

    found = receiving(NETWORK, sseAlgorithm="aws:kms", kmsMasterKeyId=KEY)

    assert [messages(rule, found) for rule in rules] == [[], [], []]
