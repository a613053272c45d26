"""Rules on CloudFront distributions."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import (
    UNKNOWN,
    is_array,
    is_missing,
    is_not_true,
    is_object,
    is_true,
    number,
)

LOG_DELIVERY_SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
RESPONSE_HEADERS_POLICY = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
BEHAVIOURS = {
    "defaultCacheBehavior": "default_cache_behavior",
    "orderedCacheBehaviors": "ordered_cache_behaviors",
}
ENCRYPTED = ("redirect-to-https", "https-only")


@stack_rule(aws.CLOUDFRONT_DISTRIBUTION, LOG_DELIVERY_SOURCE)
@classify("audit", "observability", "medium", "mandatory")
def cloudfront_access_logs(stack: Stack) -> Findings:
    """Distributions must log every request.

    Access logs record who requested what and when. They are needed to investigate incidents.

    References: FSBP CloudFront.5, CIS 7.0 4.10, Config cloudfront-accesslogs-enabled,
    Checkov CKV_AWS_86, cdk-nag AwsSolutions-CFR3
    """
    for distribution in stack.of_type(aws.CLOUDFRONT_DISTRIBUTION):
        bucket = distribution.get("loggingConfig.bucket")
        if is_missing(bucket) and stack.has_no_referrer(
            distribution, "resourceArn", LOG_DELIVERY_SOURCE, where=_delivers_requests
        ):
            yield distribution.finding(
                f"The distribution '{distribution.name}' must log its requests: add a"
                ' LogDeliverySource with log_type "ACCESS_LOGS" and a LogDelivery (standard logging'
                " v2; the bucket of logging_config would have to enable ACLs)."
            )


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_trusted_key_groups(distribution: Resource) -> Messages:
    """Distributions must verify signed URLs and cookies with key groups.

    The keys of trusted signers can only be managed by the root user of an account.

    References: FSBP CloudFront.17, Config cloudfront-distribution-key-group-enabled
    """
    for path, argument in BEHAVIOURS.items():
        signers = distribution.all(f"{path}.trustedSigners")
        if any(one is not UNKNOWN and not is_missing(one) for one in signers):
            yield (
                f"The distribution '{distribution.name}' must verify signatures with key groups:"
                f" replace trusted_signers of {argument} by trusted_key_groups."
            )


def _delivers_requests(source: Resource) -> bool:
    return source.get("logType") in ("ACCESS_LOGS", UNKNOWN)


def _redirecting(distribution: Resource) -> dict[str, Any] | None:
    """Return the cache behaviours of *distribution* with "allow-all" replaced, or None."""
    changed: dict[str, Any] = {}
    for path in BEHAVIOURS:
        value = distribution.props.get(path)
        if is_array(value):
            changed[path] = [_redirected(one) for one in value]
        elif is_object(value):
            changed[path] = _redirected(value)
    differing = {path: one for path, one in changed.items() if one != distribution.props[path]}
    return differing or None


def _redirected(behaviour: Any) -> Any:
    if is_object(behaviour) and behaviour.get("viewerProtocolPolicy") == "allow-all":
        return {**behaviour, "viewerProtocolPolicy": "redirect-to-https"}
    return behaviour


@rule(aws.CLOUDFRONT_DISTRIBUTION, remediate=_redirecting)
@classify("security", "edge", "high", "mandatory")
def cloudfront_viewers_use_https(distribution: Resource) -> Messages:
    """Distributions must serve viewers over HTTPS only.

    HTTP traffic is unencrypted and can be read or changed in transit.

    References: FSBP CloudFront.3, Config cloudfront-viewer-policy-https, Checkov CKV_AWS_34
    Remediation: Change viewer_protocol_policy "allow-all" to "redirect-to-https".
    """
    for path, argument in BEHAVIOURS.items():
        policies = [one.get("viewerProtocolPolicy") for one in distribution.entries(path)]
        if distribution.is_missing(path) and path == "defaultCacheBehavior":
            policies = [None]
        if any(one not in (*ENCRYPTED, UNKNOWN) for one in policies):
            yield (
                f"The distribution '{distribution.name}' must serve viewers over HTTPS only: set"
                f' {argument}.viewer_protocol_policy="redirect-to-https".'
            )


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_own_certificate(distribution: Resource) -> Messages:
    """Distributions must have a custom certificate.

    The default certificate covers only the cloudfront.net name and allows TLS 1.0.

    References: FSBP CloudFront.7, Config cloudfront-custom-ssl-certificate, Checkov CKV2_AWS_42
    """
    default = is_true(distribution.get("viewerCertificate.cloudfrontDefaultCertificate"))
    missing = distribution.is_missing("viewerCertificate.acmCertificateArn") and (
        distribution.is_missing("viewerCertificate.iamCertificateId")
    )
    if default or missing:
        yield (
            f"The distribution '{distribution.name}' must have a custom certificate: set"
            " viewer_certificate.acm_certificate_arn and drop cloudfront_default_certificate."
        )


@rule(
    aws.CLOUDFRONT_DISTRIBUTION,
    params={"allowedVersions": ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"]},
)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_viewer_tls_policy(distribution: Resource) -> Messages:
    """Distributions must require TLS 1.2 or later.

    TLS versions below 1.2 have known vulnerabilities.

    References: FSBP CloudFront.15, Config cloudfront-ssl-policy-check, Checkov CKV_AWS_174,
    cdk-nag AwsSolutions-CFR4
    """
    version = distribution.get("viewerCertificate.minimumProtocolVersion")
    default = is_true(distribution.get("viewerCertificate.cloudfrontDefaultCertificate"))
    allowed = distribution.params["allowedVersions"]
    if default or (version is not UNKNOWN and version not in allowed):
        yield (
            f"The distribution '{distribution.name}' must require TLS 1.2 or later: set"
            f" viewer_certificate.minimum_protocol_version to {allowed[0]}, with a custom"
            " certificate."
        )


@require_value(
    aws.CLOUDFRONT_DISTRIBUTION,
    path="webAclId",
    value=is_set,
    hint='to the ARN of an aws.wafv2.WebAcl with the scope "CLOUDFRONT"',
)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_has_web_acl() -> None:
    """Distributions must have a web ACL.

    Without a web ACL, common web exploits and floods reach the origin.

    References: FSBP CloudFront.6, Config cloudfront-associated-with-waf, Checkov CKV_AWS_68,
    cdk-nag AwsSolutions-CFR2
    """


@require_value(
    aws.CLOUDFRONT_DISTRIBUTION,
    path="defaultRootObject",
    value=is_set,
    hint='to an object such as "index.html"',
)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_default_root_object() -> None:
    """Distributions must have a default root object.

    Without a default root object, a request for the root URL can list the contents of the origin.

    References: FSBP CloudFront.1, Config cloudfront-default-root-object-configured,
    Checkov CKV_AWS_305
    """


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "medium", "advisory")
def cloudfront_response_headers_policy_attached(distribution: Resource) -> Messages:
    """Distributions must send security headers with every response.

    Without security headers, browsers do not enforce HTTPS, block framing or prevent content type
    sniffing.

    References: Checkov CKV2_AWS_32
    """
    for path, argument in BEHAVIOURS.items():
        bare = [
            one
            for one in distribution.entries(path)
            if is_missing(one.get("responseHeadersPolicyId"))
        ]
        if bare or (path == "defaultCacheBehavior" and distribution.is_missing(path)):
            yield (
                f"The distribution '{distribution.name}' must send security headers: set"
                f" {argument}.response_headers_policy_id."
            )


@rule(RESPONSE_HEADERS_POLICY, params={"minAgeSeconds": 31536000})
@classify("security", "edge", "medium", "advisory")
def cloudfront_headers_policy_has_hsts(policy: Resource) -> Messages:
    """Response headers policies must require HTTPS for a year or more (HSTS).

    Without HSTS, an attacker can intercept a browser's first, unencrypted request.

    References: Checkov CKV_AWS_259
    """
    wanted = int(policy.params["minAgeSeconds"])
    path = "securityHeadersConfig.strictTransportSecurity"
    age = policy.get(f"{path}.accessControlMaxAgeSec")
    flags = [policy.get(f"{path}.{key}") for key in ("includeSubdomains", "override")]
    short = age is not UNKNOWN and (number(age) or 0) < wanted
    if short or any(is_not_true(flag) for flag in flags):
        yield (
            f"The headers policy '{policy.name}' must require HTTPS: set"
            " security_headers_config.strict_transport_security with"
            f" access_control_max_age_sec={wanted}, include_subdomains=True and override=True."
        )


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("architecture", "cost", "low", "advisory")
def cloudfront_sni_only(distribution: Resource) -> Messages:
    """Distributions must serve their certificate by SNI.

    Dedicated IP addresses for clients without SNI cost 600 USD a month per certificate.

    References: FSBP CloudFront.8, Config cloudfront-sni-enabled
    """
    method = distribution.get("viewerCertificate.sslSupportMethod")
    default = distribution.get("viewerCertificate.cloudfrontDefaultCertificate")
    if method not in ("sni-only", UNKNOWN) and default is not UNKNOWN and not is_true(default):
        yield (
            f"The distribution '{distribution.name}' must serve its certificate by SNI: set"
            ' viewer_certificate.ssl_support_method to "sni-only".'
        )
