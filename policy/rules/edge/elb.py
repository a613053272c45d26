"""Rules on load balancers and their listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remedy import inputs
from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.tags import tagged
from policy.engine.values import UNKNOWN, is_missing, is_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

LB_LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
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
    if not speaks_http(listener) or listener.get("defaultActions") is UNKNOWN:
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


def speaks_http(listener: Resource) -> bool:
    """Say whether *listener* is known to take plain HTTP; a Gateway one has not even a port."""
    protocol = listener.get("protocol")
    return protocol == "HTTP" or (is_missing(protocol) and not listener.is_missing("port"))


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
    remediation="Set a missing ssl_policy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06.",
    remediate=lambda listener: (
        {"sslPolicy": STRONG_POLICY} if listener.is_missing("sslPolicy") else None
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
    LB_LOAD_BALANCER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Malformed headers are how requests are smuggled past a proxy.",
    references=(
        "FSBP ELB.4",
        "Config alb-http-drop-invalid-header-enabled",
        "Checkov CKV_AWS_131",
    ),
    remediation="Set drop_invalid_header_fields to True.",
    remediate=lambda found: inputs(found, {"dropInvalidHeaderFields": True}),
)
def alb_drop_invalid_headers(balancer: Resource) -> Iterator[str]:
    """Application load balancers must drop invalid headers."""
    if not _is_application(balancer):
        return
    if is_off(balancer.get("dropInvalidHeaderFields")):
        yield (
            f"The load balancer '{balancer.name}' must drop invalid headers: set"
            " drop_invalid_header_fields=True."
        )


@rule(
    LB_LOAD_BALANCER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "Ambiguous requests that pass unchecked desynchronise the proxy and the service behind it."
    ),
    references=(
        "FSBP ELB.12",
        "Config alb-desync-mode-check",
        "Checkov CKV_AWS_328",
    ),
    remediation='Set desync_mitigation_mode to "defensive".',
    remediate=lambda found: inputs(found, {"desyncMitigationMode": "defensive"}),
)
def alb_desync_mitigation(balancer: Resource) -> Iterator[str]:
    """Load balancers must defend themselves against ambiguous requests."""
    mode = balancer.get("desyncMitigationMode")
    if not is_missing(mode) and mode not in ("defensive", "strictest", UNKNOWN):
        yield (
            f"The load balancer '{balancer.name}' must refuse ambiguous requests: set"
            ' desync_mitigation_mode="defensive" or "strictest".'
        )


@rule(
    LB_LOAD_BALANCER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A load balancer faces the internet by default; that has to be somebody's decision.",
    params={"publicTag": {"exposure": "public"}},
    references=(
        "Config alb-internal-scheme-check",
        "Config nlb-internal-scheme-check",
        "Trivy AWS-0053",
    ),
)
def elb_internal_unless_declared_public(balancer: Resource) -> Iterator[str]:
    """Load balancers must be internal unless they are declared public."""
    wanted = balancer.params["publicTag"]
    if is_off(balancer.get("internal")) and not tagged(balancer, wanted):
        shown = ", ".join(f"{key}={value}" for key, value in wanted.items())
        yield (
            f"The load balancer '{balancer.name}' must be internal: set internal=True, or declare"
            f" it public by the tag {shown} in tags."
        )


@stack_rule(
    LB_LOAD_BALANCER,
    WEB_ACL_ASSOCIATION,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A public site without a firewall meets every known attack unfiltered.",
    references=(
        "FSBP ELB.16",
        "Config alb-waf-enabled",
        "Checkov CKV2_AWS_28",
    ),
)
def alb_public_has_web_acl(stack: Stack) -> Iterator[Finding]:
    """Public application load balancers must have a web ACL."""
    for balancer in stack.of(LB_LOAD_BALANCER):
        public = _is_application(balancer) and is_off(balancer.get("internal"))
        if public and stack.lacks(balancer, "resourceArn", WEB_ACL_ASSOCIATION):
            yield Finding(
                f"The public load balancer '{balancer.name}' must have a web ACL: add an"
                " aws.wafv2.WebAclAssociation with its ARN as resource_arn.",
                balancer.urn,
            )


def _is_application(balancer: Resource) -> bool:
    return balancer.get("loadBalancerType") in (None, "", "application")
