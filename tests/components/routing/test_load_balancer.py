"""What the entrance of container services promises."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.routing.access_log_bucket import AccessLogBucket, AccessLogBucketArgs
from components.routing.load_balancer import LoadBalancer, LoadBalancerArgs
from tests.alarm_routing import ALARMS

LISTENER = "aws:lb/listener:Listener"


def _args(**changes):
    given = {
        "vpc_id": "vpc-1",
        "vpc_cidr": "10.10.0.0/16",
        "subnet_ids": ["a", "b"],
        "certificate_arn": "arn:certificate",
        "account_id": "123456789012",
        "alarms": ALARMS,
    }
    return LoadBalancerArgs(**{**given, **changes})


def test_it_is_private_protected_and_logged_unless_told_otherwise(build):
    made = build(lambda: LoadBalancer("shop", _args()))

    assert made.one("aws:lb/loadBalancer:LoadBalancer", "shop").inputs == {
        "loadBalancerType": "application",
        "internal": True,
        "subnets": ["a", "b"],
        "securityGroups": ["shop-group-id"],
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "defensive",
        "enableDeletionProtection": True,
        "accessLogs": {"bucket": "shop-access-logs-bucket", "enabled": True},
        "tags": {"exposure": "internal"},
    }


def test_plain_http_is_sent_on_to_https(build):
    made = build(lambda: LoadBalancer("shop", _args()))

    listener = made.one(LISTENER, "shop-http")
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    assert listener.inputs["defaultActions"] == [
        {
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
        }
    ]


def test_https_takes_no_old_tls_and_answers_404_without_a_route(build):
    made = build(lambda: LoadBalancer("shop", _args()))

    listener = made.one(LISTENER, "shop-https")
    assert listener.inputs["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener.inputs["certificateArn"] == "arn:certificate"
    [action] = listener.inputs["defaultActions"]
    assert action["fixedResponse"]["statusCode"] == "404"


@pytest.mark.parametrize(("public", "source"), [(True, "0.0.0.0/0"), (False, "10.10.0.0/16")])
def test_only_a_public_one_is_reached_from_anywhere(build, public, source):
    made = build(lambda: LoadBalancer("shop", _args(publicly_reachable=public)))

    rules = made.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [(r.inputs["fromPort"], r.inputs["cidrIpv4"]) for r in rules] == [
        (80, source),
        (443, source),
    ]


def test_it_may_fetch_the_keys_that_tokens_are_checked_with_and_nothing_else(build):
    made = build(lambda: LoadBalancer("shop", _args()))

    [rule] = made.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert rule.inputs == {
        "securityGroupId": "shop-group-id",
        "description": "HTTPS to the issuer of tokens, for its keys",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "0.0.0.0/0",
    }


def test_its_log_bucket_is_private_encrypted_and_versioned(build):
    made = build(lambda: AccessLogBucket("logs", AccessLogBucketArgs(account_id="123456789012")))

    bucket = "logs-bucket-id"
    block = made.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "logs-private")
    assert block.inputs == {
        "bucket": bucket,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    versioning = made.one("aws:s3/bucketVersioning:BucketVersioning", "logs-versioning")
    assert versioning.inputs["versioningConfiguration"] == {"status": "Enabled"}
    [stored] = made.all("aws:s3/bucket:Bucket")
    assert made.request(stored).protect is True
    assert stored.inputs["forceDestroy"] is False


def test_only_load_balancers_and_buckets_of_the_account_write_to_it_and_only_by_tls(build):
    made = build(lambda: AccessLogBucket("logs", AccessLogBucketArgs(account_id="123456789012")))

    policy = made.one("aws:s3/bucketPolicy:BucketPolicy", "logs-policy")
    write, buckets, deny = json.loads(policy.inputs["policy"])["Statement"]
    assert write["Resource"] == "arn:aws:test:::logs-bucket/AWSLogs/123456789012/*"
    assert buckets["Resource"] == "arn:aws:test:::logs-bucket/s3/*"
    for allowed in (write, buckets):
        assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert (deny["Effect"], deny["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


def test_a_bucket_that_keeps_nothing_is_refused():
    with pytest.raises(InvalidArgError, match="retention_days=0 is invalid"):
        AccessLogBucketArgs(account_id="1", retention_days=0)
