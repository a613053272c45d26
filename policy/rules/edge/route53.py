"""Rules on zones, records and registered domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.remedy import inputs
from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.settings import Settings
from policy.engine.values import as_list, is_false, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

ECS_SERVICE = "aws:ecs/service:Service"
HOSTED_ZONE_DNS_SEC = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
LB_LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
PUBLIC_DNS_NAMESPACE = "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace"
RECORD = "aws:route53/record:Record"
REGISTERED_DOMAIN = "aws:route53domains/registeredDomain:RegisteredDomain"
SERVICEDISCOVERY_SERVICE = "aws:servicediscovery/service:Service"
ZONE = "aws:route53/zone:Zone"
ADDRESS_TYPES = ("A", "AAAA")


@stack_rule(
    ZONE,
    HOSTED_ZONE_DNS_SEC,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="An answer that is not signed can be forged on the way.",
    references=("Checkov CKV2_AWS_38",),
)
def route53_zone_signed(stack: Stack) -> Iterator[Finding]:
    """Public zones must be signed."""
    for zone in stack.of(ZONE):
        if not zone.is_missing("vpcs"):
            continue
        if stack.lacks(zone, "hostedZoneId", HOSTED_ZONE_DNS_SEC, where=_signs):
            yield Finding(
                f"The zone '{zone.name}' must be signed: add an aws.route53.HostedZoneDnsSec with"
                " its hosted_zone_id.",
                zone.urn,
            )


@stack_rule(
    RECORD,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A record that outlives its target hands the name to whoever gets the address next.",
    params={
        "hostSuffixes": [
            ".amazonaws.com",
            ".cloudfront.net",
            ".elasticbeanstalk.com",
            ".awsglobalaccelerator.com",
        ]
    },
    references=("Checkov CKV2_AWS_23",),
)
def route53_no_dangling_record(stack: Stack) -> Iterator[Finding]:
    """DNS records must take their targets from the resources that they lead to."""
    endings = tuple(str(one) for one in stack.params["hostSuffixes"])
    for record in stack.of(RECORD):
        path = _literal_target(stack, record, endings)
        if path:
            yield Finding(
                f"The record '{record.name}' must take its target from a resource: set {path} to"
                " an output of what it leads to, not to a text.",
                record.urn,
            )


@stack_rule(
    ZONE,
    RECORD,
    LB_LOAD_BALANCER,
    SERVICEDISCOVERY_SERVICE,
    PUBLIC_DNS_NAMESPACE,
    ECS_SERVICE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Names of internal services tell the internet how a system is built.",
    params={"purposes": ["service-discovery"]},
)
def service_zone_private(stack: Stack) -> Iterator[Finding]:
    """Zones for internal services must be private."""
    for zone in stack.of(ZONE):
        if not zone.all("vpcs.vpcId") and _is_internal(stack, zone):
            yield Finding(
                f"The zone '{zone.name}' must be private, since it names internal services: set"
                " vpcs.vpc_id.",
                zone.urn,
            )
    for service in stack.of(ECS_SERVICE):
        for registry in stack.joined_to(
            service, "serviceRegistries.registryArn", SERVICEDISCOVERY_SERVICE
        ):
            if stack.joined_to(registry, "dnsConfig.namespaceId", PUBLIC_DNS_NAMESPACE):
                yield Finding(
                    f"The ECS service '{service.name}' must not register in a public namespace: set"
                    f" dns_config.namespace_id of '{registry.name}' to a private one.",
                    service.urn,
                )


@rule(
    REGISTERED_DOMAIN,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A domain that is not locked can be moved away with one stolen code.",
    references=("Checkov CKV_AWS_377",),
    remediation="Set transfer_lock to True.",
    remediate=lambda found: inputs(found, {"transferLock": True}),
)
def route53_transfer_lock(domain: Resource) -> Iterator[str]:
    """Domain registrations must be locked against transfers."""
    if is_false(domain.get("transferLock")):
        yield f"The domain '{domain.name}' must be locked: set transfer_lock=True."


def _signs(signing: Resource) -> bool:
    return signing.get("signingStatus") != "NOT_SIGNING"


def _literal_target(stack: Stack, record: Resource, endings: tuple[str, ...]) -> str | None:
    """Return the input of *record* that holds a target as a text, if there is one."""
    sources = stack.property_dependencies.get(record.urn, {})
    aliases = [one for one in record.all("aliases.name") if _ends(one, endings)]
    if aliases and not sources.get("aliases"):
        return "aliases"
    if sources.get("records"):
        return None
    targets = [one for one in as_list(record.get("records")) if isinstance(one, str)]
    kind = record.get("type")
    literal = kind in ADDRESS_TYPES and bool(targets)
    named = kind == "CNAME" and any(_ends(one, endings) for one in targets)
    return "records" if literal or named else None


def _ends(host: Any, endings: tuple[str, ...]) -> bool:
    return isinstance(host, str) and host.lower().rstrip(".").endswith(endings)


def _is_internal(stack: Stack, zone: Resource) -> bool:
    settings = stack.settings or Settings()
    if zone.tag(settings.purpose_tag) in stack.params["purposes"]:
        return True
    balancers = [one for one in stack.of(LB_LOAD_BALANCER) if is_true(one.get("internal"))]
    return any(
        stack.joined(record, path, balancer)
        for record in stack.joining("zoneId", zone, RECORD)
        for balancer in balancers
        for path in ("aliases.name", "records")
    )
