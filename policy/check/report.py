"""Checks files against rules and reports the findings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policy.check.readers import name_in
from policy.engine.evaluate import Evaluator, settings_rule
from policy.engine.rule import Level, Rule, Severity
from policy.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from policy.check.positions import Position
    from policy.check.readers import Program
    from policy.engine.configuration import Configuration
    from policy.engine.evaluate import Violation
    from policy.engine.settings import Exemption

RANKS = {severity: rank for rank, severity in enumerate(Severity)}
"""Severity -> its rank, the lowest first."""

_UNSHOWN = "What was found depends on a secret, which is not shown."


@dataclass(frozen=True)
class Finding:
    """One violation, with the file and the line of its resource."""

    violation: Violation
    file: str
    line: int | None = None
    position: Position | None = None
    """The line of the program that registers the resource, if it is known."""

    @property
    def location(self) -> str:
        """The line of the program if it is known, else that of the file."""
        path, line = self.position or (self.file, self.line)
        return f"{path}:{line}" if line else path

    @property
    def rule(self) -> Rule:
        """The violated rule."""
        return self.violation.rule

    @property
    def exemption(self) -> Exemption | None:
        """The exemption that makes it advisory."""
        return self.violation.exemption

    @property
    def type(self) -> str:
        """The type of the resource."""
        parts = self.violation.urn.split("::", maxsplit=3)
        return parts[2].rpartition("$")[2] if len(parts) > 2 else ""  # noqa: PLR2004 - stack, project

    @property
    def name(self) -> str:
        """The name of the resource."""
        return name_in(self.violation.urn)


@dataclass
class Report:
    """All findings, with the files, rules and resources that were checked."""

    files: list[str]
    rules: list[Rule]
    fail_on: Severity | None = None
    findings: list[Finding] = field(default_factory=list[Finding])
    notes: list[str] = field(default_factory=list[str])
    """What was not checked, with the reason."""
    resources: int = 0

    def counts(self, finding: Finding) -> bool:
        """Return whether *finding* is a failure: by level as in the engine, or by severity."""
        if finding.exemption is not None or not finding.violation.decided:
            return False
        if self.fail_on is None:
            return finding.violation.level is Level.MANDATORY
        return RANKS[finding.rule.severity] >= RANKS[self.fail_on]

    @property
    def failures(self) -> list[Finding]:
        """The findings that are failures."""
        return [one for one in self.findings if self.counts(one)]

    @property
    def exemptions(self) -> list[tuple[Exemption, list[Finding]]]:
        """The exemptions in use, with the findings that each exempts."""
        used: dict[Exemption, list[Finding]] = {}
        for one in self.findings:
            if one.exemption is not None:
                used.setdefault(one.exemption, []).append(one)
        return list(used.items())


def check(
    programs: Iterable[Program],
    rules: list[Rule],
    chosen: Configuration,
    fail_on: Severity | None = None,
    today: date | None = None,
) -> Report:
    """Check every resource of *programs* against *rules*, configured by *chosen*."""
    elsewhere = {one.name for one in all_rules()} - {one.name for one in rules}
    evaluator, unaware = (
        Evaluator(rules, chosen.settings, chosen.rules, today, elsewhere) for _ in range(2)
    )
    report = Report([], [settings_rule, *rules], fail_on)
    whole = True
    for program in programs:
        file = program.document.file.as_posix()
        report.files.append(file)
        report.resources += len(program.resources)
        found = [*_violations(evaluator, program)]
        if program.without_secrets:
            found = _without_secrets(found, _violations(unaware, program.without_secrets))
        report.findings += sorted(
            (
                Finding(one, file, program.line(one.urn), program.positions.get(one.urn))
                for one in found
            ),
            key=_order,
        )
        if program.omitted:
            whole = False
            report.notes.append(
                f"{file} leaves out {program.omitted} unchanged resources, so no rule about the"
                " whole stack was checked: write pulumi preview --json --show-sames."
            )
    if whole:
        file = report.files[0] if report.files else ""
        report.findings += [Finding(one, file) for one in evaluator.exemption_faults()]
    return report


def _violations(evaluator: Evaluator, program: Program) -> Iterator[Violation]:
    for resource in program.resources:
        yield from evaluator.resource(resource)
    if not program.omitted:
        yield from evaluator.stack_rules(program.stack)


def _without_secrets(found: list[Violation], known: Iterable[Violation]) -> list[Violation]:
    """Return *found* with the description of the rule for each message that reveals a secret.

    *known* is found where secrets are unknown: those messages depend on none.
    """
    shown = {(one.rule.name, one.urn, one.message) for one in known}
    return [
        one
        if (one.rule.name, one.urn, one.message) in shown
        else replace(one, message=f"'{name_in(one.urn)}': {one.rule.description} {_UNSHOWN}")
        for one in found
    ]


def _order(finding: Finding) -> tuple[int, str, str, str]:
    """Sort by severity, the highest first."""
    violation = finding.violation
    return -RANKS[finding.rule.severity], finding.rule.name, violation.urn, violation.message
