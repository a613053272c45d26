"""Rules on origins of CloudFront distributions."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.iam import Statement, allow_statements
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object

OLD_PROTOCOLS = ("SSLv3", "TLSv1", "TLSv1.1")
SERVICE = "cloudfront.amazonaws.com"
SOURCE = ("aws:SourceArn",)


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_origin_https_only(distribution: Resource) -> Messages:
    """Distributions must connect to their origins over HTTPS.

    Traffic between CloudFront and an HTTP origin is unencrypted and can be read or changed in
    transit.

    References: FSBP CloudFront.9, Config cloudfront-traffic-to-origin-encrypted,
    Checkov CKV2_AWS_72
    """
    for origin in distribution.entries("origins"):
        for config in _custom_configs(origin):
            if config.get("originProtocolPolicy") not in ("https-only", UNKNOWN):
                yield (
                    f"The distribution '{distribution.name}' must connect to its origin over HTTPS:"
                    ' set origins.custom_origin_config.origin_protocol_policy="https-only".'
                )


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_origin_tls_versions(distribution: Resource) -> Messages:
    """Distributions must not connect to their origins with SSL or TLS older than 1.2.

    SSL 3 and TLS versions below 1.2 have known vulnerabilities.

    References: FSBP CloudFront.10, Config cloudfront-no-deprecated-ssl-protocols,
    Checkov CKV2_AWS_54, cdk-nag AwsSolutions-CFR5
    """
    for origin in distribution.entries("origins"):
        for config in _custom_configs(origin):
            old = [one for one in as_list(config.get("originSslProtocols")) if one in OLD_PROTOCOLS]
            if old:
                yield (
                    f"The distribution '{distribution.name}' must not use {', '.join(old)} for"
                    " connections to its origin: set"
                    ' origins.custom_origin_config.origin_ssl_protocols=["TLSv1.2"].'
                )


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "high", "mandatory")
def cloudfront_s3_origin_access_control(distribution: Resource) -> Messages:
    """Distributions must sign their requests to buckets.

    Without signed requests the bucket must be public, so clients can bypass CloudFront and its web
    ACL.

    References: FSBP CloudFront.13, Config cloudfront-s3-origin-access-control-enabled,
    Checkov CKV2_AWS_46, cdk-nag AwsSolutions-CFR7
    """
    for origin in distribution.entries("origins"):
        if any(
            not is_missing(origin.get(key)) for key in ("customOriginConfig", "vpcOriginConfig")
        ):
            continue
        identity = value_at(origin, "s3OriginConfig.originAccessIdentity")
        old = identity is not UNKNOWN and not is_missing(identity)
        if old or is_missing(origin.get("originAccessControlId")):
            yield (
                f"The distribution '{distribution.name}' must sign requests to its bucket: set"
                " origins.origin_access_control_id and drop s3_origin_config."
            )


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("security", "edge", "medium", "mandatory")
def cloudfront_function_origin_access_control(distribution: Resource) -> Messages:
    """Distributions must sign their requests to URLs of Lambda functions.

    Without signed requests the function URL must be public, so clients can bypass CloudFront.

    References: FSBP CloudFront.16, Config cloudfront-origin-lambda-url-oac-enabled
    """
    for origin in distribution.entries("origins"):
        domain = origin.get("domainName")
        is_function = isinstance(domain, str) and ".lambda-url." in domain
        if is_function and is_missing(origin.get("originAccessControlId")):
            yield (
                f"The distribution '{distribution.name}' must sign requests to {domain}: set"
                " origins.origin_access_control_id to an OriginAccessControl for Lambda."
            )


@stack_rule(aws.CLOUDFRONT_DISTRIBUTION, aws.S3_BUCKET, aws.S3_BUCKET_POLICY)
@classify("security", "edge", "high", "mandatory")
def cloudfront_bucket_policy_names_distribution(stack: Stack) -> Findings:
    """Buckets behind a distribution must grant access to that distribution only.

    A policy that trusts the CloudFront service lets any distribution, in any account, read the
    bucket.

    References: FSBP S3.6, cdk-nag AwsSolutions-S5
    """
    for distribution in stack.of_type(aws.CLOUDFRONT_DISTRIBUTION):
        for bucket in _origin_buckets(stack, distribution):
            policies = stack.referrers("bucket", bucket, aws.S3_BUCKET_POLICY)
            documents = [policy.get("policy") for policy in policies]
            open_to_all = any(
                _is_for_service(one) and not one.is_restricted_by(SOURCE)
                for one in allow_statements(documents)
            )
            if open_to_all or not policies:
                yield bucket.finding(
                    f"The bucket '{bucket.name}' must allow the distribution '{distribution.name}'"
                    " only: set policy of an aws.s3.BucketPolicy with the distribution's ARN as"
                    " aws:SourceArn."
                )


def _custom_configs(origin: dict[str, Any]) -> list[dict[str, Any]]:
    found = origin.get("customOriginConfig")
    return [one for one in as_list(found) if is_object(one)]


def _origin_buckets(stack: Stack, distribution: Resource) -> list[Resource]:
    """Return the buckets that *distribution* reads with an origin access control."""
    found: list[Resource] = []
    for origin in distribution.entries("origins"):
        if is_missing(origin.get("originAccessControlId")):
            continue
        domain = origin.get("domainName")
        named = [
            one
            for one in stack.of_type(aws.S3_BUCKET)
            if isinstance(domain, str) and _is_of(domain, one)
        ]
        joined = named or [
            one for one in stack.of_type(aws.S3_BUCKET) if _joins(stack, distribution, one)
        ]
        found += [one for one in joined if one not in found]
    return found


def _joins(stack: Stack, distribution: Resource, bucket: Resource) -> bool:
    return stack.refers_to(distribution, "origins.domainName", bucket)


def _is_of(domain: str, bucket: Resource) -> bool:
    name = bucket.get("bucket")
    names = (bucket.get("bucketRegionalDomainName"), bucket.get("bucketDomainName"))
    return domain in names or (isinstance(name, str) and domain.startswith(f"{name}.s3."))


def _is_for_service(statement: Statement) -> bool:
    return any(kind == "Service" and name == SERVICE for kind, name in statement.principals)


@rule(aws.CLOUDFRONT_DISTRIBUTION)
@classify("reliability", "resilience", "low", "advisory", when="production")
def cloudfront_origin_failover(distribution: Resource) -> Messages:
    """Distributions must have a second origin to fail over to.

    Without origin failover, an outage of the only origin is an outage of the site.

    References: FSBP CloudFront.4, Config cloudfront-origin-failover-enabled, Checkov CKV_AWS_310
    """
    groups = distribution.get("originGroups")
    found = as_list(groups)
    if groups is UNKNOWN or any(one is UNKNOWN or _fails_over(one) for one in found):
        return
    yield (
        f"The distribution '{distribution.name}' must have a second origin: add to origin_groups a"
        " group with failover_criteria and two members."
    )


def _fails_over(group: Any) -> bool:
    if not is_object(group) or is_missing(group.get("failoverCriteria")):
        return False
    members = group.get("members")
    if members is UNKNOWN:
        return True
    origins = [one.get("originId") for one in as_list(members) if is_object(one)]
    known = {one for one in origins if isinstance(one, str)}
    is_open = len(origins) < len(as_list(members)) or UNKNOWN in origins
    return len(known) > 1 or is_open
