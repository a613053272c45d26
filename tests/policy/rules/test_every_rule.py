"""What holds for all rules alike."""

import re
from pathlib import Path

import pytest

from policy.rules import all_rules

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def tests():
    return [path.read_text() for path in HERE.rglob("test_*.py") if path != Path(__file__)]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_is_shown_what_keeps_and_what_breaks_it(rule, tests):
    function = rule.name.replace("-", "_")

    assert any(f"{function}," in text for text in tests), f"no test calls {function}"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_about(rule):
    assert re.fullmatch(r"[a-z0-9-]{3,100}", rule.name)
    assert " must " in rule.description
    assert rule.description.endswith(".")
    assert rule.why, "why does anyone care?"
    assert rule.group in {path.name for path in (HERE.parents[2] / "policy" / "rules").iterdir()}
