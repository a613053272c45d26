"""Rules on Route 53 zones and records."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import as_list

HOSTED_ZONE_DNS_SEC = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
REGISTERED_DOMAIN = "aws:route53domains/registeredDomain:RegisteredDomain"
ADDRESS_TYPES = ("A", "AAAA")
QUERY_LOG = "aws:route53/queryLog:QueryLog"


@stack_rule(aws.DNS_ZONE, HOSTED_ZONE_DNS_SEC)
@classify("security", "edge", "low", "advisory")
def route53_zone_signed(stack: Stack) -> Findings:
    """Public zones must be signed with DNSSEC.

    DNS responses without DNSSEC signatures can be forged.

    References: Checkov CKV2_AWS_38
    """
    for zone in stack.of_type(aws.DNS_ZONE):
        if not zone.is_missing("vpcs"):
            continue
        if stack.has_no_referrer(zone, "hostedZoneId", HOSTED_ZONE_DNS_SEC, where=_is_signing):
            yield zone.finding(
                f"The zone '{zone.name}' must be signed with DNSSEC: add an"
                " aws.route53.HostedZoneDnsSec with its hosted_zone_id."
            )


@stack_rule(
    aws.DNS_RECORD,
    params={
        "hostSuffixes": [
            ".amazonaws.com",
            ".cloudfront.net",
            ".elasticbeanstalk.com",
            ".awsglobalaccelerator.com",
        ]
    },
)
@classify("security", "edge", "high", "mandatory")
def route53_no_dangling_record(stack: Stack) -> Findings:
    """DNS records must take their targets from resources in the stack.

    The next owner of a released address or name can serve content under your domain.

    References: Checkov CKV2_AWS_23
    """
    endings = tuple(str(one) for one in stack.params["hostSuffixes"])
    for record in stack.of_type(aws.DNS_RECORD):
        path = _literal_target(stack, record, endings)
        if path:
            yield record.finding(
                f"The record '{record.name}' must take its target from a resource: set {path} to an"
                " output of the target, not to a literal."
            )


@require_value(REGISTERED_DOMAIN, path="transferLock", default=True, remediates=True)
@classify("security", "edge", "medium", "advisory")
def route53_transfer_lock() -> None:
    """Domain registrations must be locked against transfers.

    An unlocked domain can be transferred to another registrar with a stolen authorization code.

    References: Checkov CKV_AWS_377
    """


def _is_signing(signing: Resource) -> bool:
    return signing.get("signingStatus") != "NOT_SIGNING"


def _literal_target(stack: Stack, record: Resource, endings: tuple[str, ...]) -> str | None:
    """Return the input of *record* that holds a literal target, if any."""
    sources = stack.property_dependencies.get(record.urn, {})
    aliases = [one for one in record.all("aliases.name") if _has_suffix(one, endings)]
    if aliases and not sources.get("aliases"):
        return "aliases"
    if sources.get("records"):
        return None
    targets = [one for one in as_list(record.get("records")) if isinstance(one, str)]
    kind = record.get("type")
    literal = kind in ADDRESS_TYPES and bool(targets)
    named = kind == "CNAME" and any(_has_suffix(one, endings) for one in targets)
    return "records" if literal or named else None


def _has_suffix(host: Any, endings: tuple[str, ...]) -> bool:
    return isinstance(host, str) and host.lower().rstrip(".").endswith(endings)


@stack_rule(aws.DNS_ZONE, QUERY_LOG)
@classify("audit", "observability", "medium", "mandatory")
def route53_query_logs(stack: Stack) -> Findings:
    """Public zones must log queries.

    Query logs show which names were resolved and help to detect attacks.

    References: FSBP Route53.2, Config route53-query-logging-enabled, Checkov CKV2_AWS_39
    """
    for zone in stack.of_type(aws.DNS_ZONE):
        if zone.is_missing("vpcs") and stack.has_no_referrer(zone, "zoneId", QUERY_LOG):
            yield zone.finding(
                f"The public zone '{zone.name}' must log its queries: add a QueryLog with zone_id"
                " set to it."
            )
