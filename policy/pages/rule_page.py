"""The page about one rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policy.engine.parameters import config_schema
from policy.engine.rule import ANY_TYPE, When
from policy.pages import pci

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.rule import Rule
    from policy.pages.examples import Examples

WHEN = {
    When.ALWAYS: "in every environment",
    When.PRODUCTION: "if the setting `production` is true",
    When.SENSITIVE: "to resources with sensitive data, by their tag `data-class`",
    When.OPTED_IN: "if the setting `optedIn` contains it",
}


def page(rule: Rule, examples: Examples | None) -> str:
    """Return the page about *rule*, in Markdown."""
    return "\n".join(_lines(rule, examples)).rstrip() + "\n"


def _lines(rule: Rule, examples: Examples | None) -> Iterator[str]:
    yield from (f"# {rule.name}", "", rule.description, "")
    if rule.why:
        yield from (rule.why, "")
    kind = "one resource" if rule.check else "the whole stack"
    yield from ("| | |", "|---|---|")
    yield f"| Severity | {rule.severity} |"
    yield f"| Level | {rule.level} |"
    yield f"| Applies | {WHEN[rule.when]} |"
    yield f"| Pack | {rule.pack} |"
    yield f"| Checks | {kind}: {', '.join(_type(one) for one in rule.types)} |"
    if rule.references:
        yield f"| Related controls | {', '.join(rule.references)} |"
    for version, ids in pci.requirements(rule).items():
        yield f"| PCI DSS {version} | {', '.join(ids)} |"
    if remediation(rule):
        yield f"| Remediation | {remediation(rule)} |"
    yield ""
    if rule.params:
        yield from _parameters(rule)
    if examples and examples.broken:
        yield from ("Violates it:", "", "```python", examples.broken, "```", "")
        yield from (f"> {examples.said}", "")
    if examples and examples.kept:
        yield from ("Complies with it:", "", "```python", examples.kept, "```", "")


def remediation(rule: Rule) -> str:
    """Return the remediation, and whether the level `remediate` applies it."""
    parts = [rule.remediation] if rule.remediation else []
    if rule.remediate is not None:
        parts.append("The level `remediate` does so by itself.")
    return " ".join(parts)


def _parameters(rule: Rule) -> Iterator[str]:
    yield from ("| Parameter | Type | Default |", "|---|---|---|")
    for name, one in config_schema(rule.parameters).items():
        default = json.dumps(one["default"], ensure_ascii=False).replace("|", "\\|")
        yield f"| `{name}` | {one.get('type', 'any')} | `{default}` |"
    yield ""


def _type(typ: str) -> str:
    return "every type" if typ == ANY_TYPE else f"`{typ}`"
