"""Tests of policy.rules.cloudfront.distributions."""

from policy.rules.cloudfront.distributions import cloudfront_sni_only
from policy.testing import check

CERTIFICATE = {"acmCertificateArn": "arn:aws:acm:us-east-1:1:certificate/1"}
WHOLE = {
    "enabled": True,
    "aliases": ["shop.example"],
    "origins": [{"originId": "shop", "domainName": "shop.s3.eu-west-1.amazonaws.com"}],
    "defaultCacheBehavior": {
        "targetOriginId": "shop",
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
    },
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": CERTIFICATE | {"sslSupportMethod": "sni-only"},
}


def test_cloudfront_sni_only():
    check(
        cloudfront_sni_only,
        "aws:cloudfront/distribution:Distribution",
        WHOLE,
        kept=[{"viewerCertificate": {"cloudfrontDefaultCertificate": True}}],
        broken=[
            {"viewerCertificate": CERTIFICATE | {"sslSupportMethod": "vip"}},
            {"viewerCertificate": CERTIFICATE},
            {"viewerCertificate": None},
        ],
        unknown_at=["viewerCertificate"],
    )
