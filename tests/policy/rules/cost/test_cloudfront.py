"""What the rules on what distributions cost accept and refuse."""

from policy.rules.cost.cloudfront import cloudfront_sni_only
from policy.testing import check

CERTIFICATE = {"acmCertificateArn": "arn:aws:acm:us-east-1:1:certificate/1"}


def test_cloudfront_sni_only():
    check(
        cloudfront_sni_only,
        "aws:cloudfront/distribution:Distribution",
        {
            "enabled": True,
            "aliases": ["shop.example"],
            "viewerCertificate": CERTIFICATE | {"sslSupportMethod": "sni-only"},
        },
        kept=[{"viewerCertificate": {"cloudfrontDefaultCertificate": True}}],
        broken=[
            {"viewerCertificate": None},
            {"viewerCertificate": CERTIFICATE},
            {"viewerCertificate": CERTIFICATE | {"sslSupportMethod": "vip"}},
        ],
        unknown_at=["viewerCertificate"],
    )
