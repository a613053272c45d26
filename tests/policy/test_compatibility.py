"""Rules of level mandatory do not contradict each other: something keeps all of them at once."""

import functools
from pathlib import Path

import pytest
import yaml

from policy.engine.evaluate import Evaluator
from policy.engine.resource import Options
from policy.engine.rule import ANY_TYPE, Level
from policy.engine.settings import Settings
from policy.engine.stack import Stack
from policy.engine.values import UNKNOWN, is_array, is_object
from policy.rules import all_rules
from policy.testing import resource

MANDATORY = [one for one in all_rules() if one.level is not Level.ADVISORY and one.check]
TYPES = sorted({typ for one in MANDATORY for typ in one.types} - {ANY_TYPE})
REFUSED = {
    "aws:iam/accessKey:AccessKey",
    "aws:iam/user:User",
    "aws:iam/userLoginProfile:UserLoginProfile",
}
"""Types that a rule refuses as a whole."""


OWN = yaml.safe_load(Path(__file__).with_name("compatible.yaml").read_text())


def is_known(value):
    if is_object(value):
        return all(map(is_known, value.values()))
    return all(map(is_known, value)) if is_array(value) else value is not UNKNOWN


def merged(first, second):
    """Return *first* with what only *second* has, at any depth."""
    if not (is_object(first) and is_object(second)):
        return first
    return second | {
        key: merged(value, second[key]) if key in second else value for key, value in first.items()
    }


@pytest.fixture(scope="module")
def kept(replayed):
    """Give the inputs of each type that rules keep, as their tests show them."""
    found = {}
    for rule, seen, said, _ in replayed:
        shown = rule in MANDATORY and not said and not isinstance(seen, Stack)
        if shown and seen.type in rule.types and is_known(seen.props):
            found.setdefault(seen.type, []).append(seen.props)
    return found


@pytest.mark.parametrize("typ", [one for one in TYPES if one not in REFUSED])
def test_one_resource_keeps_every_mandatory_rule_on_its_type(kept, typ):
    settings = Settings(opted_in=tuple(one.name for one in MANDATORY))
    evaluator = Evaluator(MANDATORY, settings)
    shown = kept.get(typ, [])

    def said(inputs):
        seen = resource(typ, "shop", {"tags": {"data-class": "confidential"}} | inputs)
        seen.options = Options(protect=True)
        return [one.message for one in evaluator.resource(seen)]

    if typ in OWN:
        assert said(OWN[typ]) == []
    else:
        all_in_one = [functools.reduce(merged, shown, start) for start in shown]
        assert min(map(said, [{}, *shown, *all_in_one]), key=len) == []
