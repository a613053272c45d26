"""Tests of policy.rules.cloudfront.origins."""

from policy.rules.cloudfront.origins import cloudfront_origin_failover
from policy.testing import check, unknown

GROUP = {
    "originId": "shop",
    "failoverCriteria": {"statusCodes": [502, 503]},
    "members": [{"originId": "first"}, {"originId": "second"}],
}
WHOLE = {
    "enabled": True,
    "origins": [
        {"originId": "first", "domainName": "first.s3.eu-west-1.amazonaws.com"},
        {"originId": "second", "domainName": "second.s3.eu-central-1.amazonaws.com"},
    ],
    "originGroups": [GROUP],
    "defaultCacheBehavior": {
        "targetOriginId": "shop",
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
    },
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}


def test_cloudfront_origin_failover():
    check(
        cloudfront_origin_failover,
        "aws:cloudfront/distribution:Distribution",
        WHOLE,
        kept=[
            {"originGroups": [{"originId": "x"}, GROUP]},
            {"originGroups": [GROUP | {"members": unknown}]},
            {"originGroups": [GROUP | {"members": [{"originId": "first"}, unknown]}]},
        ],
        broken=[
            {"originGroups": None},
            {"originGroups": [GROUP | {"failoverCriteria": None}]},
            {"originGroups": [GROUP | {"members": [{"originId": "first"}]}]},
            {"originGroups": [GROUP | {"members": [{"originId": "a"}, {"originId": "a"}]}]},
        ],
        unknown_at=["originGroups"],
    )
