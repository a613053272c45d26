"""The coverage matrix: the controls of security frameworks that each rule relates to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy.pages import pci
from policy.pages.security_hub import FSBP, READ, STANDARDS, UNDECIDABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy.engine.rule import Rule

FRAMEWORKS = {
    "FSBP ": "AWS FSBP",
    "Security Hub ": "Security Hub, not FSBP",
    "CIS 3.0 ": "CIS AWS 3.0",
    "CIS 7.0 ": "CIS AWS 7.0",
    **{f"PCI DSS {version} ": f"PCI DSS {version}" for version in pci.REQUIREMENTS},
    "Checkov ": "Checkov",
    "cdk-nag ": "cdk-nag",
    "Trivy ": "Trivy",
    "AWSGuard ": "AWSGuard",
}
"""Prefix of a reference -> its framework."""

CONFIG = "Config "
"""Prefix of a reference to an AWS Config rule."""


def page(rules: Sequence[Rule], link: Callable[[Rule], str] | None = None) -> str:
    """Return the page with the matrix; with *link*, also the rules of each control."""
    lines = list(_lines(rules, link or _name))
    if link:
        lines += [
            line for start in ("FSBP ", "CIS 3.0 ") for line in _by_control(rules, start, link)
        ]
    return "\n".join([*lines, ""])


def _name(rule: Rule) -> str:
    return rule.name


def _lines(rules: Sequence[Rule], link: Callable[[Rule], str]) -> Iterator[str]:
    columns = {
        start: name
        for start, name in FRAMEWORKS.items()
        if any(controls(rule, start) for rule in rules)
    }
    yield from ("# Coverage", "")
    yield "The controls of security frameworks that each rule relates to. A reference means that"
    yield "the rule checks the same thing in a Pulumi program; it does not mean that the control is"
    yield "met in an account. PCI DSS: the requirements that AWS Security Hub relates to the rule's"
    yield "controls."
    yield ""
    yield from ("| Framework | Controls | Rules |", "|---|---|---|")
    for start, name in columns.items():
        met = {id_ for rule in rules for id_ in controls(rule, start)}
        count = sum(1 for rule in rules if controls(rule, start))
        yield f"| {name} | {len(met)}{f' of {len(FSBP)}' if start == 'FSBP ' else ''} | {count} |"
    yield from _fsbp(rules)
    yield from _outside_fsbp(rules, link)
    yield from ("", "## Rule by framework", "")
    yield "Config: the AWS Config rule that checks the same in an account. Remediates: whether the"
    yield "level `remediate` corrects the resource."
    yield ""
    yield f"| Rule | Config | Remediates | {' | '.join(columns.values())} |"
    yield f"|---|---|---|{'---|' * len(columns)}"
    for rule in rules:
        config = ", ".join(f"`{one}`" for one in controls(rule, CONFIG))
        cells = " | ".join(", ".join(controls(rule, start)) for start in columns)
        yield f"| {link(rule)} | {config} | {'yes' if rule.remediate else ''} | {cells} |"


def controls(rule: Rule, start: str) -> list[str]:
    """Return the ids of *rule*'s controls in the framework with the prefix *start*."""
    related = pci.requirements(rule).items()
    references = [f"PCI DSS {version} {id_}" for version, ids in related for id_ in ids]
    return [
        one.removeprefix(start) for one in (*rule.references, *references) if one.startswith(start)
    ]


def _fsbp(rules: Sequence[Rule]) -> Iterator[str]:
    """Yield the section on AWS Foundational Security Best Practices: what is checked, of what."""
    checked = {id_ for rule in rules for id_ in controls(rule, "FSBP ")}
    undecidable = {id_ for ids in UNDECIDABLE.values() for id_ in ids}
    groups = {
        "checked": [one for one in FSBP if one in checked],
        "not decidable": [one for one in FSBP if one in undecidable],
        "no rule": [one for one in FSBP if one not in checked | undecidable],
    }
    yield from ("", "## AWS FSBP", "")
    yield f"Security Hub lists {len(FSBP)} controls (control reference, in a copy read on {READ})."
    yield f"Rules check {len(groups['checked'])} of them, some with a parameter or opted in."
    yield f"{len(groups['not decidable'])} cannot be decided from the inputs of a program:"
    yield ""
    for subject, ids in UNDECIDABLE.items():
        yield f"- {', '.join(ids)}: {subject}."
    yield ""
    yield f"{len(groups['no rule'])} could be decided and have no rule, most of them of services"
    yield "that the platform does not use."
    yield from ("", f"| Service | {' | '.join(groups)} |", f"|---|{'---|' * len(groups)}")
    for service in dict.fromkeys(one.partition(".")[0] for one in FSBP):
        cells = (
            ", ".join(one.partition(".")[2] for one in ids if one.startswith(f"{service}."))
            for ids in groups.values()
        )
        yield f"| {service} | {' | '.join(cells)} |"


def _outside_fsbp(rules: Sequence[Rule], link: Callable[[Rule], str]) -> Iterator[str]:
    yield from ("", "## Controls of Security Hub outside FSBP", "")
    yield "AWS has these controls in other standards alone; some were a part of FSBP before."
    yield from ("", "| Control | Standards | Rules |", "|---|---|---|")
    found = _rules_by_control(rules, "Security Hub ")
    for control, ones in found.items():
        yield f"| {control} | {STANDARDS[control]} | {', '.join(link(one) for one in ones)} |"


def _rules_by_control(rules: Sequence[Rule], start: str) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for control in controls(rule, start):
            found.setdefault(control, []).append(rule)
    return {control: found[control] for control in sorted(found, key=_natural)}


def _by_control(rules: Sequence[Rule], start: str, link: Callable[[Rule], str]) -> Iterator[str]:
    yield from ("", f"## {FRAMEWORKS[start]} by control", "", "| Control | Rules |", "|---|---|")
    for control, ones in _rules_by_control(rules, start).items():
        yield f"| {control} | {', '.join(link(one) for one in ones)} |"


def _natural(control: str) -> list[tuple[str, int]]:
    """Sort EC2.9 before EC2.13."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", control)]
