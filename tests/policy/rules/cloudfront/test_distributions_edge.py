"""Tests of policy.rules.cloudfront.distributions."""

from policy.rules.cloudfront.distributions import (
    cloudfront_default_root_object,
    cloudfront_has_web_acl,
    cloudfront_headers_policy_has_hsts,
    cloudfront_own_certificate,
    cloudfront_response_headers_policy_attached,
    cloudfront_viewer_tls_policy,
    cloudfront_viewers_use_https,
)
from policy.testing import check, resource, unknown

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


def test_cloudfront_viewers_use_https():
    plain = BEHAVIOUR | {"viewerProtocolPolicy": "allow-all"}
    check(
        cloudfront_viewers_use_https,
        TYPE,
        WHOLE,
        kept=[
            {"orderedCacheBehaviors": None},
            {"defaultCacheBehavior": BEHAVIOUR | {"viewerProtocolPolicy": "https-only"}},
            {"defaultCacheBehavior": BEHAVIOUR | {"viewerProtocolPolicy": unknown}},
        ],
        broken=[
            {"defaultCacheBehavior": plain},
            {"defaultCacheBehavior": None},
            {"defaultCacheBehavior": without(BEHAVIOUR, "viewerProtocolPolicy")},
            {"orderedCacheBehaviors": [BEHAVIOUR, plain]},
        ],
        unknown_at=["defaultCacheBehavior", "orderedCacheBehaviors"],
    )


def test_a_remediation_redirects_and_leaves_the_rest_of_a_behaviour():
    plain = BEHAVIOUR | {"viewerProtocolPolicy": "allow-all"}
    found = resource(TYPE, "shop", WHOLE | {"orderedCacheBehaviors": [BEHAVIOUR, plain]})

    assert cloudfront_viewers_use_https.remediate(found) == {
        "orderedCacheBehaviors": [BEHAVIOUR, BEHAVIOUR]
    }


def test_cloudfront_own_certificate():
    check(
        cloudfront_own_certificate,
        TYPE,
        WHOLE,
        kept=[
            {"viewerCertificate": CERTIFICATE | {"acmCertificateArn": unknown}},
            {"viewerCertificate": {"iamCertificateId": "ASCA1"}},
        ],
        broken=[
            {"viewerCertificate": {"cloudfrontDefaultCertificate": True}},
            {"viewerCertificate": without(CERTIFICATE, "acmCertificateArn")},
            {"viewerCertificate": None},
        ],
        unknown_at=["viewerCertificate"],
    )


def test_cloudfront_viewer_tls_policy():
    check(
        cloudfront_viewer_tls_policy,
        TYPE,
        WHOLE,
        broken=[
            {"viewerCertificate": CERTIFICATE | {"minimumProtocolVersion": "TLSv1.1_2016"}},
            {"viewerCertificate": CERTIFICATE | {"cloudfrontDefaultCertificate": True}},
            {"viewerCertificate": without(CERTIFICATE, "minimumProtocolVersion")},
        ],
        unknown_at=["viewerCertificate"],
    )


def test_cloudfront_has_web_acl():
    check(cloudfront_has_web_acl, TYPE, WHOLE, broken=[{"webAclId": None}], unknown_at=["webAclId"])


def test_cloudfront_default_root_object():
    check(
        cloudfront_default_root_object,
        TYPE,
        WHOLE,
        broken=[{"defaultRootObject": None}, {"defaultRootObject": ""}],
        unknown_at=["defaultRootObject"],
    )


def test_cloudfront_response_headers_policy_attached():
    bare = without(BEHAVIOUR, "responseHeadersPolicyId")
    check(
        cloudfront_response_headers_policy_attached,
        TYPE,
        WHOLE,
        kept=[{"defaultCacheBehavior": BEHAVIOUR | {"responseHeadersPolicyId": unknown}}],
        broken=[{"defaultCacheBehavior": bare}, {"orderedCacheBehaviors": [BEHAVIOUR, bare]}],
        unknown_at=["defaultCacheBehavior", "orderedCacheBehaviors"],
    )


def test_cloudfront_headers_policy_has_hsts():
    hsts = {"accessControlMaxAgeSec": 63072000, "includeSubdomains": True, "override": True}

    def security(**changes):
        return {"securityHeadersConfig": {"strictTransportSecurity": hsts | changes}}

    check(
        cloudfront_headers_policy_has_hsts,
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        {"name": "site"} | security(),
        kept=[security(accessControlMaxAgeSec=unknown)],
        broken=[
            {"securityHeadersConfig": None},
            security(accessControlMaxAgeSec=300),
            security(includeSubdomains=False),
            security(override=False),
        ],
        unknown_at=["securityHeadersConfig"],
    )
