"""Rules on AWS Network Firewall."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list, is_missing

FIREWALL = "aws:networkfirewall/firewall:Firewall"
FIREWALL_POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
RULE_GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
_DEFAULTS = {
    "firewallPolicy.statelessDefaultActions": "stateless_default_actions",
    "firewallPolicy.statelessFragmentDefaultActions": "stateless_fragment_default_actions",
}
_GROUPS = ("statelessRuleGroupReferences", "statefulRuleGroupReferences")


@require_value(FIREWALL, path="deleteProtection", remediates=True)
@classify("reliability", "network", "medium", "mandatory")
def networkfirewall_deletion_protection() -> None:
    """Firewalls must be protected against deletion.

    Without the firewall, its routes have no target, or traffic is no longer inspected.

    References: FSBP NetworkFirewall.9, Config netfw-deletion-protection-enabled,
    Checkov CKV_AWS_344
    """


@require_value(FIREWALL, path="subnetChangeProtection", remediates=True)
@classify("reliability", "network", "medium", "mandatory")
def networkfirewall_subnet_change_protection() -> None:
    """Firewalls must be protected against changes of their subnets.

    A firewall that leaves a subnet no longer inspects the traffic of its Availability Zone.

    References: FSBP NetworkFirewall.10, Config netfw-subnet-change-protection-enabled
    """


@rule(FIREWALL_POLICY)
@classify("security", "network", "medium", "mandatory")
def networkfirewall_default_actions(policy: Resource) -> Findings:
    """Firewall policies must drop or inspect packets that match no stateless rule.

    The default action "aws:pass" lets them through without any inspection.

    References: FSBP NetworkFirewall.4 (stateless_default_actions),
    FSBP NetworkFirewall.5 (stateless_fragment_default_actions),
    Config netfw-policy-default-action-full-packets,
    Config netfw-policy-default-action-fragment-packets
    """
    for path, argument in _DEFAULTS.items():
        if "aws:pass" in as_list(policy.get(path)):
            yield policy.finding(
                f"The firewall policy '{policy.name}' must not pass packets by default: set"
                f' {argument} to "aws:drop" or "aws:forward_to_sfe".',
                argument,
            )


@rule(FIREWALL_POLICY)
@classify("security", "network", "medium", "mandatory")
def networkfirewall_policy_has_rule_group(policy: Resource) -> Messages:
    """Firewall policies must have a rule group.

    A policy without rule groups treats all traffic alike.

    References: FSBP NetworkFirewall.3, Config netfw-policy-rule-group-associated
    """
    document = policy.get("firewallPolicy")
    if document is not UNKNOWN and all(
        policy.is_missing(f"firewallPolicy.{one}") for one in _GROUPS
    ):
        yield (
            f"The firewall policy '{policy.name}' must have a rule group: add a"
            " stateful_rule_group_references entry to firewall_policy."
        )


@rule(RULE_GROUP)
@classify("security", "network", "medium", "mandatory")
def networkfirewall_stateless_group_has_rules(group: Resource) -> Messages:
    """Stateless rule groups must have rules.

    A rule group without rules suggests a protection that does not exist.

    References: FSBP NetworkFirewall.6, Config netfw-stateless-rule-group-not-empty
    """
    rules = group.get("ruleGroup.rulesSource.statelessRulesAndCustomActions.statelessRules")
    if group.get("type") == "STATELESS" and group.is_missing("rules") and is_missing(rules):
        yield (
            f"The rule group '{group.name}' must have rules: add an entry to"
            " rules_source.stateless_rules_and_custom_actions.stateless_rules."
        )
