"""A remediation mends what its rule refuses, on every resource that the rule's tests show."""

import copy

import pytest

from policy.engine.evaluate import Evaluator, RuleConfig
from policy.engine.resource import Resource
from policy.engine.rule import Level
from policy.engine.settings import Settings
from policy.engine.values import UNKNOWN
from policy.rules import all_rules

MENDING = [one for one in all_rules() if one.remediate]


@pytest.fixture(scope="module")
def broken(replayed):
    """Give the resources that break each rule, as its tests show them."""
    found = {}
    for rule, seen, violations, _ in replayed:
        if violations and isinstance(seen, Resource):
            found.setdefault(rule.name, []).append(seen)
    return found


@pytest.mark.parametrize("rule", MENDING, ids=lambda rule: rule.name)
def test_what_a_remediation_changed_keeps_the_rule(rule, broken):
    settings = Settings(opted_in=(rule.name,))
    evaluator = Evaluator([rule], settings, {rule.name: RuleConfig(Level.REMEDIATE)})
    mended = 0

    for one in broken[rule.name]:
        seen = copy.deepcopy(one)
        before = list(evaluator.resource(seen))
        changes = evaluator.remediated(rule, seen)
        seen.props |= changes or {}
        after = list(evaluator.resource(seen))
        mended += not after
        assert not after or not changes, (one.props, changes)
        assert before

    assert mended, "no resource of its tests is mended"


@pytest.mark.parametrize("rule", MENDING, ids=lambda rule: rule.name)
def test_a_remediation_leaves_alone_what_is_not_known_yet(rule, broken):
    settings = Settings(opted_in=(rule.name,))
    evaluator = Evaluator([rule], settings, {rule.name: RuleConfig(Level.REMEDIATE)})

    for one in broken[rule.name]:
        for key in one.props:
            seen = copy.deepcopy(one)
            seen.props[key] = UNKNOWN
            assert key not in (evaluator.remediated(rule, seen) or {}), (key, one.props)
