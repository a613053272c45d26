"""Rules on listeners of Elastic Load Balancing."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.tags import has_tags
from policy.engine.values import UNKNOWN, is_missing, is_not_true

STRONG_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


@rule(aws.LISTENER)
@classify("architecture", "edge", "high", "mandatory")
def elb_http_listener_redirects(listener: Resource) -> Messages:
    """HTTP listeners must redirect to HTTPS and do nothing else.

    HTTP traffic is unencrypted and can be read or changed in transit.

    References: FSBP ELB.1, Config alb-http-to-https-redirection-check, Checkov CKV_AWS_2,
    Checkov CKV2_AWS_20
    """
    if not accepts_http(listener) or listener.get("defaultActions") is UNKNOWN:
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


def accepts_http(listener: Resource) -> bool:
    """Return whether *listener* is known to accept plain HTTP."""
    protocol = listener.get("protocol")
    return protocol == "HTTP" or (is_missing(protocol) and not listener.is_missing("port"))


@rule(
    aws.LISTENER,
    params={
        "allowedPrefixes": [
            "ELBSecurityPolicy-TLS13-1-2",
            "ELBSecurityPolicy-TLS13-1-3",
            "ELBSecurityPolicy-TLS-1-2",
            "ELBSecurityPolicy-FS-1-2",
        ]
    },
    remediate=lambda listener: (
        {"sslPolicy": STRONG_POLICY} if listener.is_missing("sslPolicy") else None
    ),
)
@classify("security", "edge", "high", "mandatory")
def elb_listener_tls_policy(listener: Resource) -> Messages:
    """HTTPS and TLS listeners must require TLS 1.2 or later.

    The default TLS policy accepts TLS 1.0, which has known vulnerabilities.

    References: FSBP ELB.17, Config elbv2-predefined-security-policy-ssl-check, Checkov CKV_AWS_103,
    Checkov CKV2_AWS_74
    Remediation: Set a missing ssl_policy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06.
    """
    policy = listener.get("sslPolicy")
    if listener.get("protocol") not in ("HTTPS", "TLS") or policy is UNKNOWN:
        return
    if is_missing(policy) or not str(policy).startswith(tuple(listener.params["allowedPrefixes"])):
        yield (
            f"The listener '{listener.name}' must require TLS 1.2 or later: set ssl_policy to"
            f" {STRONG_POLICY}."
        )


@rule(aws.LOAD_BALANCER, params={"publicTag": {"exposure": "public"}})
@classify("security", "edge", "high", "mandatory")
def elb_internal_unless_declared_public(balancer: Resource) -> Messages:
    """Load balancers must be internal unless they are declared public.

    Load balancers are internet-facing by default; public access should be a deliberate choice.

    References: Config alb-internal-scheme-check, Config nlb-internal-scheme-check, Trivy AWS-0053
    """
    wanted = balancer.params["publicTag"]
    if balancer.get("loadBalancerType") == "gateway":
        return  # it has no scheme: only VPC endpoints reach it
    if is_not_true(balancer.get("internal")) and not has_tags(balancer, wanted):
        shown = ", ".join(f"{key}={value}" for key, value in wanted.items())
        yield (
            f"The load balancer '{balancer.name}' must be internal: set internal=True, or declare"
            f" it public with the tag {shown} in tags."
        )


@stack_rule(aws.LISTENER_RULE, aws.LISTENER)
@classify("architecture", "edge", "high", "mandatory")
def elb_http_listener_rule_redirects(stack: Stack) -> Findings:
    """Rules of HTTP listeners must redirect to HTTPS or return a fixed response.

    Listener rules take precedence over the listener's redirect, so forwarded requests stay
    unencrypted.
    """
    for found in stack.of_type(aws.LISTENER_RULE):
        listeners = stack.references(found, "listenerArn", aws.LISTENER)
        passing = not all(_is_safe_action(one) for one in found.entries("actions"))
        if passing and listeners and all(accepts_http(one) for one in listeners):
            yield found.finding(
                f"The listener rule '{found.name}' must redirect to HTTPS: set actions to one of"
                ' type "redirect" with redirect.protocol "HTTPS", or attach it to the HTTPS'
                " listener."
            )


def _is_safe_action(action: dict[str, Any]) -> bool:
    kind, target = action.get("type"), value_at(action, "redirect.protocol")
    redirects = kind == "redirect" and (target is UNKNOWN or target == "HTTPS")
    return redirects or kind in ("fixed-response", UNKNOWN)


@rule(aws.TARGET_GROUP)
@classify("security", "edge", "low", "advisory", when="opted-in")
def elb_target_group_encrypted(group: Resource) -> Messages:
    """Target groups must use TLS.

    Without TLS, traffic between the load balancer and its targets can be read in transit.

    References: FSBP ELB.22, Config elbv2-targetgroup-protocol-encrypted, Checkov CKV_AWS_378
    """
    if group.get("protocol") == "HTTP":
        yield f"The target group '{group.name}' must use TLS: set protocol=\"HTTPS\"."
