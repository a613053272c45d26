"""Tests of policy.rules.kms.users."""

import json

from policy.engine.buckets import BUCKET_ENCRYPTION
from policy.rules.kms.users import kms_policy_admits_using_service
from policy.testing import check_stack, resource, stack, unknown

KEY = "aws:kms/key:Key"
ACCOUNT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*"}


def policy(*statements):
    return json.dumps({"Statement": [one | {"Resource": "*"} for one in statements]})


WHOLE = {"description": "orders", "enableKeyRotation": True, "policy": policy(ACCOUNT)}


def key(**changes):
    return resource(KEY, "shop", WHOLE | {"arn": "arn:key", "id": "key"} | changes)


def admitting(service, *actions):
    actions = actions or ("kms:GenerateDataKey*", "kms:Decrypt")
    one = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
    return {"policy": policy(ACCOUNT, one)}


def test_kms_policy_admits_using_service():
    def queue(key_id="arn:key"):
        props = {"arn": "arn:queue", "kmsMasterKeyId": key_id}
        return resource("aws:sqs/queue:Queue", "queue", props)

    logs = resource("aws:cloudwatch/logGroup:LogGroup", "logs", {"kmsKeyId": "arn:key"})
    trail = resource("aws:cloudtrail/trail:Trail", "trail", {"kmsKeyId": "arn:key"})
    subscription = resource(
        "aws:sns/topicSubscription:TopicSubscription",
        "subscription",
        {"protocol": "sqs", "endpoint": "arn:queue"},
    )
    target = resource("aws:cloudwatch/eventTarget:EventTarget", "target", {"arn": "arn:queue"})
    separate = resource(
        "aws:kms/keyPolicy:KeyPolicy",
        "policy",
        {"keyId": "key"} | admitting("sns.amazonaws.com"),
    )
    bucket = resource("aws:s3/bucket:Bucket", "b", {"bucket": "network"})
    flow = resource("aws:ec2/flowLog:FlowLog", "flow", {"logDestination": "network"})
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:key"}
    encryption = resource(
        BUCKET_ENCRYPTION,
        "encryption",
        {"bucket": "network", "rules": [{"applyServerSideEncryptionByDefault": default}]},
    )
    check_stack(
        kms_policy_admits_using_service,
        kept=[
            stack(key(), bucket, encryption),
            stack(key(**admitting("delivery.logs.amazonaws.com")), bucket, encryption, flow),
            stack(key(), queue()),
            stack(key(**admitting("logs.eu-west-1.amazonaws.com")), logs),
            stack(key(**admitting("cloudtrail.amazonaws.com", "kms:GenerateDataKey*")), trail),
            stack(key(**admitting("sns.amazonaws.com")), queue(), subscription),
            stack(key(**admitting("events.amazonaws.com")), queue(), target),
            stack(key(), separate, queue(), subscription),
            stack(key(policy=unknown), queue(), subscription),
            stack(queue("alias/aws/sqs")),
        ],
        broken=[
            stack(key(**admitting("logs.eu-west-1.amazonaws.com")), bucket, encryption, flow),
            stack(key(), logs),
            stack(key(policy=None), trail),
            stack(key(**admitting("sns.amazonaws.com")), queue(), subscription, target),
            stack(key(**admitting("sns.amazonaws.com", "kms:Decrypt")), queue(), subscription),
            stack(queue("alias/aws/sqs"), subscription),
        ],
    )
