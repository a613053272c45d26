"""What holds for all rules alike."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import policy.rules
from policy.engine.rule import Concern, Rule
from policy.rules import all_rules

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def tests():
    return [path.read_text() for path in (HERE / "rules").rglob("test_*.py")]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_is_shown_what_keeps_and_what_breaks_it(rule, tests):
    function = rule.name.replace("-", "_")

    assert any(f"{function}," in text for text in tests), f"no test calls {function}"


def test_no_two_rules_have_the_same_name():
    modules = pkgutil.walk_packages(policy.rules.__path__, "policy.rules.")
    members = [vars(importlib.import_module(one.name)) for one in modules if not one.ispkg]
    rules = {id(one): one.name for each in members for one in each.values() if type(one) is Rule}

    assert sorted(rules.values()) == [one.name for one in all_rules()]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_about(rule):
    assert re.fullmatch(r"[a-z0-9-]{3,100}", rule.name)
    assert " must " in rule.description
    assert rule.description.endswith(".")
    assert rule.why, "why does anyone care?"
    assert rule.pack, "which pack is it in?"
    assert rule.concern not in {Concern.UNSTATED, Concern.SETTINGS}, "what does it protect?"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_lies_in_the_file_or_folder_of_the_service_that_its_name_begins_with(rule):
    place = (rule.check or rule.stack_check).__module__.split(".")[2].rstrip("_")

    assert place == "general" or rule.name.startswith(place.replace("_", "-") + "-")
