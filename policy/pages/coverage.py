"""The coverage matrix: rule by framework, and rule by what enforces it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy.packs import pack_of
from policy.pages import pci

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.frame.rule import Rule

FRAMEWORKS = {
    "FSBP ": "AWS FSBP",
    "CIS 3.0 ": "CIS AWS 3.0",
    "CIS 7.0 ": "CIS AWS 7.0",
    **{f"PCI DSS {version} ": f"PCI DSS {version}" for version in pci.REQUIREMENTS},
    "Checkov ": "Checkov",
    "cdk-nag ": "cdk-nag",
    "Trivy ": "Trivy",
    "AWSGuard ": "AWSGuard",
}
"""How a reference begins -> the framework it belongs to."""

CONFIG = "Config "
"""How the name of an AWS Config rule begins."""


def page(rules: Iterable[Rule]) -> str:
    """Return the page with both matrices, and the controls of each framework that are met."""
    return "\n".join(_lines(list(rules)))


def _lines(rules: list[Rule]) -> Iterator[str]:
    columns = {
        start: name
        for start, name in FRAMEWORKS.items()
        if any(controls(rule, start) for rule in rules)
    }
    yield from ("# Coverage", "")
    yield "Which control of which framework a rule stands for. A reference says that the rule asks"
    yield "for the same thing; it does not say that the control is met in an account. PCI DSS: the"
    yield "requirements that AWS Security Hub relates to the rule's controls of FSBP."
    yield ""
    yield from ("| Framework | Controls | Rules |", "|---|---|---|")
    for start, name in columns.items():
        met = {id_ for rule in rules for id_ in controls(rule, start)}
        count = sum(1 for rule in rules if controls(rule, start))
        yield f"| {name} | {len(met)} | {count} |"
    yield from ("", "## Rule by framework", "")
    yield f"| Rule | {' | '.join(columns.values())} |"
    yield f"|---|{'---|' * len(columns)}"
    for rule in rules:
        cells = " | ".join(", ".join(controls(rule, start)) for start in columns)
        yield f"| {_link(rule)} | {cells} |"
    yield from ("", "## Rule by force", "")
    yield "Every rule speaks at a preview. Some are also watched in the account by a rule of AWS"
    yield "Config, and some can mend what breaks them."
    yield ""
    yield from ("| Rule | Pack | Preview | AWS Config | Remediation |", "|---|---|---|---|---|")
    for rule in rules:
        config = ", ".join(f"`{one}`" for one in controls(rule, CONFIG))
        mends = "yes" if rule.remediate else ""
        yield f"| {_link(rule)} | {pack_of(rule)} | {rule.level} | {config} | {mends} |"
    for start in ("FSBP ", "CIS 3.0 "):
        yield from _by_control(rules, start)
    yield ""


def controls(rule: Rule, start: str) -> list[str]:
    """Return the ids of the framework that references with *start* belong to."""
    related = pci.requirements(rule).items()
    references = [f"PCI DSS {version} {id_}" for version, ids in related for id_ in ids]
    return [
        one.removeprefix(start) for one in (*rule.references, *references) if one.startswith(start)
    ]


def _by_control(rules: list[Rule], start: str) -> Iterator[str]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for control in controls(rule, start):
            found.setdefault(control, []).append(rule)
    yield from ("", f"## {FRAMEWORKS[start]} by control", "", "| Control | Rules |", "|---|---|")
    for control in sorted(found, key=_natural):
        yield f"| {control} | {', '.join(_link(one) for one in found[control])} |"


def _natural(control: str) -> list[tuple[str, int]]:
    """Sort EC2.9 before EC2.13."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", control)]


def _link(rule: Rule) -> str:
    return f"[{rule.name}]({rule.group}.md#{rule.name})"
