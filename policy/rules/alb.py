"""Rules on Application Load Balancers."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_not_true

GUARDING_ACTIONS = (
    "authenticate-cognito",
    "authenticate-oidc",
    "jwt-validation",
    "redirect",
    "fixed-response",
)
EVERYTHING = ("*", "/*")


@stack_rule(aws.LISTENER_RULE, aws.LISTENER, aws.LOAD_BALANCER)
@classify("security", "edge", "low", "advisory")
def alb_catch_all_rule_is_guarded(stack: Stack) -> Findings:
    """Catch-all rules of public load balancers must authenticate requests or match a host.

    A catch-all rule exposes every path of the target, including those not meant to be public.
    """
    for found in stack.of_type(aws.LISTENER_RULE):
        if _catches_all(found) and not _is_guarded(found) and _is_public(stack, found):
            yield found.finding(
                f"The listener rule '{found.name}' must not expose every path without"
                " authentication: add a host_header to conditions, or an authenticating action to"
                " actions."
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
        is_not_true(balancer.get("internal"))
        for listener in stack.references(found, "listenerArn", aws.LISTENER)
        for balancer in stack.references(listener, "loadBalancerArn", aws.LOAD_BALANCER)
    )


@rule(
    aws.LOAD_BALANCER,
    remediate=lambda found: changed_inputs(found, {"dropInvalidHeaderFields": True}),
)
@classify("security", "edge", "medium", "mandatory")
def alb_drop_invalid_headers(balancer: Resource) -> Messages:
    """Application load balancers must drop invalid headers.

    Invalid headers are used for HTTP request smuggling.

    References: FSBP ELB.4, Config alb-http-drop-invalid-header-enabled, Checkov CKV_AWS_131
    Remediation: Set drop_invalid_header_fields to True.
    """
    if not _is_application(balancer):
        return
    if is_not_true(balancer.get("dropInvalidHeaderFields")):
        yield (
            f"The load balancer '{balancer.name}' must drop invalid headers: set"
            " drop_invalid_header_fields=True."
        )


@require_value(
    aws.LOAD_BALANCER,
    path="desyncMitigationMode",
    value=("defensive", "strictest"),
    default="defensive",
    remediates=True,
)
@classify("security", "edge", "medium", "mandatory")
def alb_desync_mitigation() -> None:
    """Load balancers must reject ambiguous requests.

    Ambiguous requests let attackers desynchronise the load balancer and its targets (HTTP desync
    attacks).

    References: FSBP ELB.12, Config alb-desync-mode-check, Checkov CKV_AWS_328
    """


@stack_rule(aws.LOAD_BALANCER, aws.WAFV2_WEB_ACL_ASSOCIATION)
@classify("security", "edge", "medium", "mandatory")
def alb_public_has_web_acl(stack: Stack) -> Findings:
    """Public application load balancers must have a web ACL.

    Without a web ACL, common web exploits and floods reach the application directly.

    References: Security Hub ELB.16, Config alb-waf-enabled, Checkov CKV2_AWS_28
    """
    for balancer in stack.of_type(aws.LOAD_BALANCER):
        public = _is_application(balancer) and is_not_true(balancer.get("internal"))
        if public and stack.has_no_referrer(balancer, "resourceArn", aws.WAFV2_WEB_ACL_ASSOCIATION):
            yield balancer.finding(
                f"The public load balancer '{balancer.name}' must have a web ACL: add an"
                " aws.wafv2.WebAclAssociation with its ARN as resource_arn."
            )


def _is_application(balancer: Resource) -> bool:
    return balancer.get("loadBalancerType") in (None, "", "application")
