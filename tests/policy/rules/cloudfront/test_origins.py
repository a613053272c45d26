"""Tests of policy.rules.cloudfront.origins."""

import json

from policy.rules.cloudfront import origins as rules
from policy.testing import check, messages, resource, stack, unknown

TYPE = "aws:cloudfront/distribution:Distribution"
BEHAVIOUR = {
    "targetOriginId": "site",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
    "responseHeadersPolicyId": "headers-1",
}
BUCKET_ORIGIN = {
    "originId": "site",
    "domainName": "site.s3.eu-west-1.amazonaws.com",
    "originAccessControlId": "oac-1",
}
CERTIFICATE = {
    "acmCertificateArn": "arn:aws:acm:us-east-1:1:certificate/a",
    "sslSupportMethod": "sni-only",
    "minimumProtocolVersion": "TLSv1.2_2021",
}
WHOLE = {
    "enabled": True,
    "defaultRootObject": "index.html",
    "webAclId": "arn:aws:wafv2:us-east-1:1:global/webacl/site/a",
    "origins": [BUCKET_ORIGIN],
    "defaultCacheBehavior": BEHAVIOUR,
    "orderedCacheBehaviors": [{"pathPattern": "/api/*"} | BEHAVIOUR],
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": CERTIFICATE,
}


def without(whole, *keys):
    return {key: value for key, value in whole.items() if key not in keys}


def custom(**changes):
    config = {
        "httpPort": 80,
        "httpsPort": 443,
        "originProtocolPolicy": "https-only",
        "originSslProtocols": ["TLSv1.2"],
    }
    config |= changes
    return {"origins": [{"originId": "x", "domainName": "x.example", "customOriginConfig": config}]}


def test_cloudfront_origin_https_only():
    check(
        rules.cloudfront_origin_https_only,
        TYPE,
        WHOLE,
        kept=[custom(), custom(originProtocolPolicy=unknown)],
        broken=[custom(originProtocolPolicy="http-only"), custom(originProtocolPolicy=None)],
        unknown_at=["origins"],
    )


def test_cloudfront_origin_tls_versions():
    check(
        rules.cloudfront_origin_tls_versions,
        TYPE,
        WHOLE,
        kept=[custom(), custom(originSslProtocols=[unknown])],
        broken=[
            custom(originSslProtocols=["TLSv1.1", "TLSv1.2"]),
            custom(originSslProtocols=[unknown, "SSLv3"]),
        ],
        unknown_at=["origins"],
    )


def test_cloudfront_s3_origin_access_control():
    old = {"s3OriginConfig": {"originAccessIdentity": "origin-access-identity/cloudfront/E1"}}
    check(
        rules.cloudfront_s3_origin_access_control,
        TYPE,
        WHOLE,
        kept=[
            custom(),
            {"origins": [BUCKET_ORIGIN | {"originAccessControlId": unknown}]},
            {"origins": [BUCKET_ORIGIN | {"s3OriginConfig": {"originAccessIdentity": ""}}]},
            {"origins": [{"domainName": "a", "vpcOriginConfig": {"vpcOriginId": "vo-1"}}]},
        ],
        broken=[
            {"origins": [without(BUCKET_ORIGIN, "originAccessControlId")]},
            {"origins": [BUCKET_ORIGIN | old]},
        ],
        unknown_at=["origins"],
    )


def test_cloudfront_bucket_policy_names_distribution():
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::site/*",
    }
    pinned = {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::1:distribution/E1"}}

    def site(*statements, policy=None, domain="site.s3.eu-west-1.amazonaws.com"):
        bucket = resource("aws:s3/bucket:Bucket", "site", {"bucket": "site", "id": "site"})
        origins = [BUCKET_ORIGIN | {"domainName": domain}]
        text = json.dumps({"Statement": statements}) if policy is None else policy
        owned = resource(
            "aws:s3/bucketPolicy:BucketPolicy", "p", {"bucket": "site"} | {"policy": text}
        )
        return stack(
            resource(TYPE, "shop", WHOLE | {"origins": origins}),
            bucket,
            *([owned] if statements or policy is not None else []),
            property_dependencies={"shop": {"origins": [bucket]}},
        )

    rule = rules.cloudfront_bucket_policy_names_distribution
    good = statement | {"Condition": pinned}
    assert messages(rules.cloudfront_bucket_policy_names_distribution, site(good)) == []
    assert messages(rule, site(good, domain=unknown)) == []
    assert messages(rule, site(policy=unknown)) == []
    anything = statement | {"Condition": {"ArnLike": {"AWS:SourceArn": "*"}}}
    for broken in (
        site(),
        site(statement),
        site(anything),
        site(good, statement, domain=unknown),
    ):
        assert "'site' must allow the distribution 'shop' only" in messages(rule, broken)[0]
