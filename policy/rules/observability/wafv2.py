"""Rules on what web ACLs write down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.remedy import inputs
from policy.engine.resource import value_at
from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_LOGGING_CONFIGURATION = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
RULE_GROUP = "aws:wafv2/ruleGroup:RuleGroup"


def _with_metrics(acl: Resource) -> dict[str, Any]:
    changes = {"visibilityConfig.cloudwatchMetricsEnabled": True}
    if acl.entries("rules"):
        changes["rules.visibilityConfig.cloudwatchMetricsEnabled"] = True
    return inputs(acl, changes)


@stack_rule(
    WEB_ACL,
    WEB_ACL_LOGGING_CONFIGURATION,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Whether a rule blocks attackers or customers is seen only in the log.",
    references=("FSBP WAF.11", "Config wafv2-logging-enabled", "Checkov CKV2_AWS_31"),
)
def wafv2_logged(stack: Stack) -> Iterator[Finding]:
    """Web ACLs must log the requests that they judge."""
    for acl in stack.of(WEB_ACL):
        if stack.lacks(acl, "resourceArn", WEB_ACL_LOGGING_CONFIGURATION):
            text = (
                f"The web ACL '{acl.name}' must log its requests: add a"
                " WebAclLoggingConfiguration with resource_arn set to it."
            )
            yield Finding(text, acl.urn)


@rule(
    WEB_ACL,
    RULE_GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A rule without a metric cannot be alarmed on, and nobody sees that it never fires.",
    references=("FSBP WAF.12",),
    remediation="Set visibility_config.cloudwatch_metrics_enabled to True.",
    remediate=_with_metrics,
)
def wafv2_metrics_on(acl: Resource) -> Iterator[str]:
    """Web ACLs and their rules must be measured."""
    kind = "web ACL" if acl.type == WEB_ACL else "rule group"
    if _is_unmeasured(acl.props):
        yield (
            f"The {kind} '{acl.name}' must be measured: set"
            " visibility_config.cloudwatch_metrics_enabled=True."
        )
    for one in acl.entries("rules"):
        if _is_unmeasured(one):
            yield (
                f"The rule '{one.get('name')}' of the {kind} '{acl.name}' must be measured: set"
                " visibility_config.cloudwatch_metrics_enabled=True in rules."
            )


def _is_unmeasured(owner: dict[str, Any]) -> bool:
    enabled = value_at(owner, "visibilityConfig.cloudwatchMetricsEnabled")
    return enabled is not UNKNOWN and not is_true(enabled)
