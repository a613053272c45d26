"""Rules on where load balancers send requests, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.resource import value_at
from policy.engine.rule import Finding, Level, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_off
from policy.rules.edge.elb import speaks_http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

LB_LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
GUARDING_ACTIONS = (
    "authenticate-cognito",
    "authenticate-oidc",
    "jwt-validation",
    "redirect",
    "fixed-response",
)
EVERYTHING = ("*", "/*")


@stack_rule(
    LISTENER_RULE,
    LISTENER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A rule goes before the listener's redirect: what it forwards can be read on the way.",
)
def elb_http_listener_rule_redirects(stack: Stack) -> Iterator[Finding]:
    """Rules of HTTP listeners must redirect to HTTPS or answer by themselves."""
    for found in stack.of(LISTENER_RULE):
        listeners = stack.joined_to(found, "listenerArn", LISTENER)
        passing = not all(_keeps_to_https(one) for one in found.entries("actions"))
        if passing and listeners and all(speaks_http(one) for one in listeners):
            yield Finding(
                f"The listener rule '{found.name}' must redirect to HTTPS: set actions to one of"
                ' type "redirect" with redirect.protocol "HTTPS", or move it to the HTTPS'
                " listener.",
                found.urn,
            )


def _keeps_to_https(action: dict[str, Any]) -> bool:
    kind, target = action.get("type"), value_at(action, "redirect.protocol")
    redirects = kind == "redirect" and (target is UNKNOWN or target == "HTTPS")
    return redirects or kind in ("fixed-response", UNKNOWN)


@stack_rule(
    LISTENER,
    LB_LOAD_BALANCER,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="TCP passes on whatever comes; only TLS keeps it from being read on the way.",
    references=(
        "FSBP ELB.18",
        "Config elbv2-listener-encryption-in-transit",
    ),
)
def nlb_edge_listener_tls(stack: Stack) -> Iterator[Finding]:
    """Public network load balancers must listen for TLS only."""
    for listener in stack.of(LISTENER):
        if listener.get("protocol") in ("TLS", UNKNOWN):
            continue
        balancers = stack.joined_to(listener, "loadBalancerArn", LB_LOAD_BALANCER)
        public = [
            one
            for one in balancers
            if one.get("loadBalancerType") == "network" and is_off(one.get("internal"))
        ]
        if public:
            yield Finding(
                f"The listener '{listener.name}' of the public load balancer '{public[0].name}'"
                ' must speak TLS: set protocol="TLS" and certificate_arn.',
                listener.urn,
            )


@rule(
    TARGET_GROUP,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.OPTED_IN,
    why="Between the load balancer and its targets the data is as readable as anywhere.",
    references=(
        "Config elbv2-targetgroup-protocol-encrypted",
        "Checkov CKV_AWS_378",
    ),
)
def elb_target_group_encrypted(group: Resource) -> Iterator[str]:
    """Target groups must be spoken to over TLS."""
    if group.get("protocol") == "HTTP":
        yield f"The target group '{group.name}' must be spoken to over TLS: set protocol=\"HTTPS\"."


@stack_rule(
    LISTENER_RULE,
    LISTENER,
    LB_LOAD_BALANCER,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A catch-all rule serves what nobody remembered to think about.",
)
def alb_catch_all_rule_is_guarded(stack: Stack) -> Iterator[Finding]:
    """Catch-all rules of public load balancers must ask who calls or which host is meant."""
    for found in stack.of(LISTENER_RULE):
        if _catches_all(found) and not _is_guarded(found) and _is_public(stack, found):
            yield Finding(
                f"The listener rule '{found.name}' must not serve every path to everybody: add a"
                " host_header to conditions, or an authenticating action to actions.",
                found.urn,
            )


def _catches_all(found: Resource) -> bool:
    if found.get("conditions") is UNKNOWN or UNKNOWN in as_list(found.get("conditions")):
        return False
    given = [key for entry in found.entries("conditions") for key in entry if _given(entry, key)]
    values = [
        value for listed in found.all("conditions.pathPattern.values") for value in as_list(listed)
    ]
    return given == ["pathPattern"] and any(value in EVERYTHING for value in values)


def _given(entry: dict[str, Any], key: str) -> bool:
    return not is_missing(entry[key])


def _is_guarded(found: Resource) -> bool:
    types = found.all("actions.type")
    unknown = found.get("actions") is UNKNOWN or UNKNOWN in types
    return unknown or any(typ in GUARDING_ACTIONS for typ in types)


def _is_public(stack: Stack, found: Resource) -> bool:
    return any(
        is_off(balancer.get("internal"))
        for listener in stack.joined_to(found, "listenerArn", LISTENER)
        for balancer in stack.joined_to(listener, "loadBalancerArn", LB_LOAD_BALANCER)
    )
