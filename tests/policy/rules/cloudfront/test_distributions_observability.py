"""Tests of policy.rules.cloudfront.distributions."""

from policy.rules.cloudfront.distributions import cloudfront_access_logs
from policy.testing import check_stack, resource, stack, unknown

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
WHOLE = {
    "enabled": True,
    "defaultRootObject": "index.html",
    "origins": [{"originId": "shop", "domainName": "shop.s3.eu-west-1.amazonaws.com"}],
    "defaultCacheBehavior": {
        "targetOriginId": "shop",
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
    },
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}


def test_cloudfront_access_logs():
    silent = resource(DISTRIBUTION, "shop", WHOLE)

    def with_source(kind):
        source = resource(SOURCE, "logs", {"resourceArn": unknown, "logType": kind})
        return stack(silent, source, property_dependencies={"logs": {"resourceArn": [silent]}})

    def with_bucket(bucket):
        return resource(DISTRIBUTION, "shop", WHOLE | {"loggingConfig": {"bucket": bucket}})

    check_stack(
        cloudfront_access_logs,
        kept=[
            stack(with_bucket("shop-logs.s3.amazonaws.com")),
            stack(with_bucket(unknown)),
            with_source("ACCESS_LOGS"),
            with_source(unknown),
        ],
        broken=[stack(silent), stack(with_bucket(None)), with_source("CONNECTION_LOGS")],
    )
