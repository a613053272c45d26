"""Formats a report as text or JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy.check.report import Finding, Report


def text(report: Report) -> str:
    """Return *report* as text: findings by file, exemptions in use, totals."""
    lines: list[str] = []
    for file in report.files:
        found = [one for one in report.findings if one.file == file and one.exemption is None]
        lines += [line for one in found for line in _finding(report, one)]
    if report.exemptions:
        lines += ["Exemptions in use:"]
        lines += [
            f"  {exemption.rule}, {exemption.term}, {exemption.owner}: {exemption.reason}"
            f" ({', '.join(sorted({one.name for one in found}))})"
            for exemption, found in report.exemptions
        ]
        lines += [""]
    lines += [f"Note: {note}" for note in report.notes]
    lines += [_totals(report)]
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """Return *report* as one JSON object."""
    return json.dumps(
        {
            "files": report.files,
            "resources": report.resources,
            "rules": len(report.rules),
            "failed": bool(report.failures),
            "findings": [_entry(report, one) for one in report.findings],
            "exemptions": [
                {
                    **exemption.model_dump(mode="json", by_alias=True),
                    "resources": sorted({one.violation.urn for one in found}),
                }
                for exemption, found in report.exemptions
            ],
            "notes": report.notes,
        },
        indent=2,
    )


def _finding(report: Report, finding: Finding) -> list[str]:
    violation = finding.violation
    kind = "note" if not violation.decided else violation.level
    mark = "FAIL" if report.counts(finding) else "    "
    return [
        f"{mark} {finding.rule.severity} {kind} {finding.rule.name}",
        f"     {violation.message}",
        f"     {finding.location} {finding.type} {finding.name}".rstrip(),
        "",
    ]


def _totals(report: Report) -> str:
    kinds = Counter(one.rule.severity.value for one in report.failures)
    shown = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    failed = f"{kinds.total()} must be fixed ({shown})" if kinds else "nothing must be fixed"
    return (
        f"{report.resources} resources against {len(report.rules)} rules: {failed},"
        f" {len(report.findings) - kinds.total()} are advisory, exempt or undecided."
    )


def _entry(report: Report, finding: Finding) -> dict[str, Any]:
    violation = finding.violation
    return {
        "rule": finding.rule.name,
        "severity": finding.rule.severity,
        "level": violation.level,
        "fails": report.counts(finding),
        "decided": violation.decided,
        "exempt": finding.exemption is not None,
        "message": violation.message,
        "urn": violation.urn,
        "type": finding.type,
        "name": finding.name,
        "file": finding.file,
        "line": finding.line,
        "program": finding.position and finding.position._asdict(),
    }
