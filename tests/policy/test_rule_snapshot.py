"""What a rule asks of whom, and how hard, stays as it was recorded when rules are moved."""

import json
from pathlib import Path

from pydantic_core import to_jsonable_python

from policy.rules import all_rules

RECORDED = Path(__file__).parents[1] / "fixtures" / "rules.json"


def described(rule):
    return {
        "pack": rule.pack,
        "concern": rule.concern,
        "kind": "resource" if rule.check else "stack",
        "level": rule.level,
        "severity": rule.severity,
        "when": rule.when,
        "remediates": rule.remediate is not None,
        "parameters": to_jsonable_python(rule.params),
        "types": list(rule.types),
        "references": list(rule.references),
    }


def test_every_rule_has_the_pack_level_severity_and_types_that_are_recorded():
    recorded = json.loads(RECORDED.read_text())

    now = {rule.name: described(rule) for rule in all_rules()}

    assert list(now) == list(recorded)
    assert {name: one for name, one in now.items() if one != recorded[name]} == {}
