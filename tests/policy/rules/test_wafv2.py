"""Tests of policy.rules.wafv2."""

import json

import pytest

from policy.rules.wafv2 import (
    wafv2_common_rule_set,
    wafv2_has_rules,
    wafv2_known_bad_inputs,
    wafv2_rate_limit,
    wafv2_rule_has_action,
)
from policy.testing import check, unknown

TYPE = "aws:wafv2/webAcl:WebAcl"


def seen_as(name):
    config = {"cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True}
    return {"visibilityConfig": config | {"metricName": name}}


def group(name, **changes):
    statement = {"managedRuleGroupStatement": {"name": name, "vendorName": "AWS"}}
    one = {"name": name, "priority": 1, "overrideAction": {"none": {}}, "statement": statement}
    return one | seen_as(name) | changes


COMMON = group("AWSManagedRulesCommonRuleSet")


BAD = group("AWSManagedRulesKnownBadInputsRuleSet")


LIMIT = {
    "name": "limit",
    "priority": 9,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
} | seen_as("limit")


WHOLE = {
    "name": "shop",
    "scope": "REGIONAL",
    "defaultAction": {"allow": {}},
    "rules": [COMMON, BAD, LIMIT],
} | seen_as("shop")


def test_wafv2_has_rules():
    check(
        wafv2_has_rules,
        TYPE,
        WHOLE,
        kept=[{"rules": None, "ruleJson": "[]"}],
        broken=[{"rules": None}, {"rules": []}],
        unknown_at=["rules"],
    )


@pytest.mark.parametrize(
    ("rule", "own"), [(wafv2_common_rule_set, COMMON), (wafv2_known_bad_inputs, BAD)]
)
def test_a_managed_rule_group_must_be_there_and_block(rule, own):
    text = json.dumps([{"Statement": {"ManagedRuleGroupStatement": {"Name": own["name"]}}}])
    check(
        rule,
        TYPE,
        WHOLE,
        kept=[
            {"rules": [own]},
            {"rules": [LIMIT, unknown]},
            {"rules": [LIMIT, own | {"statement": unknown}]},
            {"rules": None, "ruleJson": text},
        ],
        broken=[
            {"rules": [LIMIT]},
            {"rules": None},
            {"rules": [own | {"overrideAction": {"count": {}}}]},
            {"rules": None, "ruleJson": "[]"},
        ],
        unknown_at=["rules"],
    )


def test_wafv2_rule_has_action():
    idle = {key: value for key, value in LIMIT.items() if key != "action"}
    check(
        wafv2_rule_has_action,
        TYPE,
        WHOLE,
        kept=[{"rules": None}, {"rules": [idle | {"action": unknown}]}],
        broken=[{"rules": [COMMON, idle]}],
        unknown_at=["rules"],
    )


def test_wafv2_rate_limit():
    check(
        wafv2_rate_limit,
        TYPE,
        WHOLE,
        kept=[{"rules": None, "ruleJson": json.dumps([{"Statement": {"RateBasedStatement": 1}}])}],
        broken=[{"rules": [COMMON, BAD]}, {"rules": None}],
        unknown_at=["rules", "scope"],
    )
