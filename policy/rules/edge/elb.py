"""Rules on load balancers and their listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import UNKNOWN, is_missing, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

LISTENER = "aws:lb/listener:Listener"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
STRONG_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


@rule(
    LISTENER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="What is sent in plain HTTP can be read and changed on the way.",
    references=(
        "FSBP ELB.1",
        "Config alb-http-to-https-redirection-check",
        "Checkov CKV_AWS_2",
        "Checkov CKV2_AWS_20",
    ),
)
def elb_http_listener_redirects(listener: Resource) -> Iterator[str]:
    """HTTP listeners must redirect to HTTPS and do nothing else."""
    protocol = listener.get("protocol")
    if is_missing(protocol):
        protocol = None if listener.is_missing("port") else "HTTP"
    if protocol != "HTTP" or listener.get("defaultActions") is UNKNOWN:
        return
    actions = listener.entries("defaultActions")
    if len(actions) == 1 and actions[0].get("type") in ("redirect", UNKNOWN):
        target = listener.get("defaultActions.redirect.protocol")
        if target is UNKNOWN or target == "HTTPS":
            return
    yield (
        f"The listener '{listener.name}' must redirect to HTTPS: set default_actions to one action"
        ' of type "redirect" with redirect.protocol "HTTPS".'
    )


@rule(
    LISTENER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Without a policy AWS accepts TLS 1.0, which is broken.",
    params={
        "allowedPrefixes": [
            "ELBSecurityPolicy-TLS13-1-2",
            "ELBSecurityPolicy-TLS13-1-3",
            "ELBSecurityPolicy-TLS-1-2",
            "ELBSecurityPolicy-FS-1-2",
        ]
    },
    references=(
        "FSBP ELB.17",
        "Config elbv2-predefined-security-policy-ssl-check",
        "Checkov CKV_AWS_103",
        "Checkov CKV2_AWS_74",
    ),
    remediation=f"Set a missing ssl_policy to {STRONG_POLICY}.",
    remediate=lambda listener: (
        {"sslPolicy": STRONG_POLICY}
        if listener.get("protocol") in ("HTTPS", "TLS") and listener.is_missing("sslPolicy")
        else None
    ),
)
def elb_listener_tls_policy(listener: Resource) -> Iterator[str]:
    """HTTPS and TLS listeners must refuse everything older than TLS 1.2."""
    policy = listener.get("sslPolicy")
    if listener.get("protocol") not in ("HTTPS", "TLS") or policy is UNKNOWN:
        return
    if is_missing(policy) or not str(policy).startswith(tuple(listener.params["allowedPrefixes"])):
        yield (
            f"The listener '{listener.name}' must refuse TLS below 1.2: set ssl_policy to"
            f" {STRONG_POLICY}."
        )


@rule(
    LOAD_BALANCER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Malformed headers are how requests are smuggled past a proxy.",
    references=(
        "FSBP ELB.4",
        "Config alb-http-drop-invalid-header-enabled",
        "Checkov CKV_AWS_131",
    ),
    remediation="Set drop_invalid_header_fields to True.",
    remediate=lambda balancer: (
        {"dropInvalidHeaderFields": True}
        if balancer.get("loadBalancerType") in (None, "application")
        else None
    ),
)
def alb_drop_invalid_headers(balancer: Resource) -> Iterator[str]:
    """Application load balancers must drop invalid headers."""
    if balancer.get("loadBalancerType") not in (None, "application"):
        return
    drops = balancer.get("dropInvalidHeaderFields")
    if drops is not UNKNOWN and not is_true(drops):
        yield (
            f"The load balancer '{balancer.name}' must drop invalid headers: set"
            " drop_invalid_header_fields=True."
        )
