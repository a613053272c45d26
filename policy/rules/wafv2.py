"""Rules on AWS WAF web ACLs."""

from __future__ import annotations

from typing import Any

from policy.engine.remediation import changed_inputs
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object, is_true

RULE_GROUP = "aws:wafv2/ruleGroup:RuleGroup"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
GROUP_NAME = "statement.managedRuleGroupStatement.name"
GROUP_VENDOR = "statement.managedRuleGroupStatement.vendorName"
WEB_ACL_LOGGING_CONFIGURATION = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"


@rule(WEB_ACL)
@classify("security", "edge", "medium", "mandatory")
def wafv2_has_rules(acl: Resource) -> Messages:
    """Web ACLs must have rules.

    A web ACL without rules only applies its default action and blocks no attacks.

    References: FSBP WAF.10, Config wafv2-webacl-not-empty, Checkov CKV_AWS_175
    """
    if acl.is_missing("rules") and acl.is_missing("ruleJson"):
        yield f"The web ACL '{acl.name}' must have rules: add an entry to rules."


@rule(WEB_ACL)
@classify("security", "edge", "medium", "mandatory")
def wafv2_common_rule_set(acl: Resource) -> Messages:
    """Web ACLs must have the AWS common rule set.

    The AWS common rule set blocks widespread web exploits, including those in the OWASP Top 10.
    """
    if not _has_group(acl, "AWSManagedRulesCommonRuleSet"):
        yield (
            f"The web ACL '{acl.name}' must block common attacks: add the managed rule group"
            " AWSManagedRulesCommonRuleSet to rules, with override_action.none."
        )


@rule(WEB_ACL)
@classify("security", "edge", "high", "mandatory")
def wafv2_known_bad_inputs(acl: Resource) -> Messages:
    """Web ACLs must have the AWS rule set of known bad inputs.

    This rule set blocks request patterns that exploit known vulnerabilities such as Log4j.

    References: Checkov CKV_AWS_192, Checkov CKV2_AWS_76, Checkov CKV2_AWS_77
    """
    if not _has_group(acl, "AWSManagedRulesKnownBadInputsRuleSet"):
        yield (
            f"The web ACL '{acl.name}' must block known bad inputs: add the managed rule group"
            " AWSManagedRulesKnownBadInputsRuleSet to rules, with override_action.none."
        )


@rule(WEB_ACL, RULE_GROUP)
@classify("security", "edge", "medium", "mandatory")
def wafv2_rule_has_action(acl: Resource) -> Messages:
    """Rules of web ACLs must have an action.

    A rule without an action has no effect.

    References: Checkov CKV_AWS_342
    """
    for entry in acl.entries("rules"):
        if is_missing(entry.get("action")) and is_missing(entry.get("overrideAction")):
            yield (
                f"Each rule of '{acl.name}' must have an action: set action or, for a rule group,"
                f" override_action in the rule {_shown(entry.get('name'))}."
            )


@rule(WEB_ACL, params={"scopes": ["CLOUDFRONT", "REGIONAL"]})
@classify("security", "edge", "medium", "mandatory")
def wafv2_rate_limit(acl: Resource) -> Messages:
    """Web ACLs must have a rate limit for each IP address.

    A rate limit blocks floods and password guessing that other rules do not recognise.
    """
    if acl.get("scope") not in acl.params["scopes"] or _are_open(acl):
        return
    statements = [entry.get("statement") for entry in acl.entries("rules")]
    limited = any(
        one is UNKNOWN or (is_object(one) and one.get("rateBasedStatement") is not None)
        for one in statements
    )
    if not limited and "RateBasedStatement" not in str(acl.get("ruleJson")):
        yield (
            f"The web ACL '{acl.name}' must limit the rate of requests: add an entry with"
            " statement.rate_based_statement to rules."
        )


def _has_group(acl: Resource, name: str) -> bool:
    """Return whether *acl* has, or may have, the AWS rule group *name* in blocking mode."""
    if _are_open(acl) or name in str(acl.get("ruleJson")):
        return True
    return any(_is_group(entry, name) for entry in acl.entries("rules"))


def _is_group(entry: dict[str, Any], name: str) -> bool:
    named = value_at(entry, GROUP_NAME) in (name, UNKNOWN)
    by_aws = value_at(entry, GROUP_VENDOR) in ("AWS", UNKNOWN)
    only_counts = is_object(value_at(entry, "overrideAction.count"))
    return named and by_aws and not only_counts


def _are_open(acl: Resource) -> bool:
    """Return whether rules of *acl* are not known yet."""
    rules = acl.get("rules")
    return rules is UNKNOWN or UNKNOWN in as_list(rules) or acl.get("ruleJson") is UNKNOWN


def _shown(name: Any) -> str:
    return name if isinstance(name, str) and name else "without a name"


def _with_metrics(acl: Resource) -> dict[str, Any]:
    changes = {"visibilityConfig.cloudwatchMetricsEnabled": True}
    if acl.entries("rules"):
        changes["rules.visibilityConfig.cloudwatchMetricsEnabled"] = True
    return changed_inputs(acl, changes)


@stack_rule(WEB_ACL, WEB_ACL_LOGGING_CONFIGURATION)
@classify("audit", "observability", "low", "advisory")
def wafv2_logged(stack: Stack) -> Findings:
    """Web ACLs must log requests.

    Logs show whether rules block attacks or legitimate requests.

    References: Security Hub WAF.11, Config wafv2-logging-enabled, Checkov CKV2_AWS_31
    """
    for acl in stack.of_type(WEB_ACL):
        if stack.has_no_referrer(acl, "resourceArn", WEB_ACL_LOGGING_CONFIGURATION):
            yield acl.finding(
                f"The web ACL '{acl.name}' must log its requests: add a"
                " WebAclLoggingConfiguration with resource_arn set to it."
            )


@rule(WEB_ACL, RULE_GROUP, remediate=_with_metrics)
@classify("audit", "observability", "medium", "mandatory")
def wafv2_metrics_on(acl: Resource) -> Messages:
    """Web ACLs and their rules must publish metrics.

    Without metrics, there can be no alarms on a rule, and a rule that never matches goes unnoticed.

    References: FSBP WAF.12
    Remediation: Set visibility_config.cloudwatch_metrics_enabled to True.
    """
    kind = "web ACL" if acl.type == WEB_ACL else "rule group"
    if _is_unmeasured(acl.props):
        yield (
            f"The {kind} '{acl.name}' must publish metrics: set"
            " visibility_config.cloudwatch_metrics_enabled=True."
        )
    for one in acl.entries("rules"):
        if _is_unmeasured(one):
            yield (
                f"The rule '{one.get('name')}' of the {kind} '{acl.name}' must publish metrics: set"
                " visibility_config.cloudwatch_metrics_enabled=True in rules."
            )


def _is_unmeasured(owner: dict[str, Any]) -> bool:
    enabled = value_at(owner, "visibilityConfig.cloudwatchMetricsEnabled")
    return enabled is not UNKNOWN and not is_true(enabled)
