"""What holds for all rules alike."""

import importlib
import pkgutil
import re

import policy.rules
from policy.engine.rule import Concern, Rule
from policy.rules import all_rules


def test_every_rule_is_shown_what_keeps_and_what_breaks_it(replayed):
    verdicts = {(rule.name, bool(said)) for rule, _, said, _ in replayed}

    shown = {(rule.name, refused) for rule in all_rules() for refused in (False, True)}
    assert shown - verdicts == set()


def test_no_two_rules_have_the_same_name():
    modules = pkgutil.walk_packages(policy.rules.__path__, "policy.rules.")
    members = [vars(importlib.import_module(one.name)) for one in modules if not one.ispkg]
    rules = {id(one): one.name for each in members for one in each.values() if type(one) is Rule}

    assert sorted(rules.values()) == [one.name for one in all_rules()]


def test_every_rule_says_what_it_is_about():
    for rule in all_rules():
        assert re.fullmatch(r"[a-z0-9-]{3,100}", rule.name)
        assert " must " in rule.description, rule.name
        assert rule.description.endswith("."), rule.name
        assert rule.why, f"why does anyone care about {rule.name}?"
        assert rule.pack, f"which pack is {rule.name} in?"
        stated = rule.concern not in {Concern.UNSTATED, Concern.SETTINGS}
        assert stated, f"what does {rule.name} protect?"


def test_every_rule_lies_in_the_file_or_folder_of_the_service_that_its_name_begins_with():
    for rule in all_rules():
        place = (rule.check or rule.stack_check).__module__.split(".")[2].rstrip("_")

        assert place == "general" or rule.name.startswith(place.replace("_", "-") + "-"), rule.name
