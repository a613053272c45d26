"""The recorded attributes of the rules, so that a change of one is seen in review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from policy.pages.locations import ROOT
from policy.rules import all_rules

if TYPE_CHECKING:
    from policy.engine.rule import Rule

FILE = ROOT / "tests" / "fixtures" / "rules.json"


def current() -> dict[str, dict[str, Any]]:
    """Return the attributes of each rule by its name."""
    return {rule.name: _attributes(rule) for rule in all_rules()}


def text() -> str:
    """Return the recorded file for the current rules: one line for each rule."""
    lines = (f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in current().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _attributes(rule: Rule) -> dict[str, Any]:
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
