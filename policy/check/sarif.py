"""A report as SARIF 2.1.0, which code hosts show next to the changed lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from policy.engine.rule import Severity
from policy.packs import VERSION

if TYPE_CHECKING:
    from policy.check.report import Finding, Report
    from policy.engine.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
PROJECT = "%SRCROOT%"
"""The base of the paths of a program: the folder with `Pulumi.yaml`."""
_LEVELS = {
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
_SCORES = {  # code hosts sort by it: below 4 low, below 7 medium, below 9 high, else critical
    Severity.LOW: "3.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}


def sarif(report: Report) -> str:
    """Return *report* as one SARIF log with one run."""
    index = {one.name: number for number, one in enumerate(report.rules)}
    driver = {
        "name": "bulkhead-policy",
        "semanticVersion": VERSION,
        "rules": [_rule(one) for one in report.rules],
    }
    run = {
        "tool": {"driver": driver},
        "artifacts": [{"location": {"uri": _uri(file)}} for file in report.files],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": note}} for note in report.notes
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index) for one in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _uri(file: str) -> str:
    """Return *file* as a URI: relative if it was given as a relative path."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(file)


def _rule(rule: Rule) -> dict[str, Any]:
    parts = [rule.description, rule.why, rule.remediation]
    if rule.references:
        parts.append(f"See {', '.join(rule.references)}.")
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.description},
        "fullDescription": {"text": rule.why or rule.description},
        "help": {"text": "\n\n".join(part for part in parts if part)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "tags": [rule.concern, rule.severity],
        },
    }


def _location(uri: str, line: int | None) -> dict[str, Any]:
    region = {"region": {"startLine": line}} if line else {}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, **region}}


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    violation = finding.violation
    checked = _location(_uri(finding.file), finding.line)
    location = checked
    if finding.position:
        location = _location(quote(finding.position.file), finding.position.line)
        location["physicalLocation"]["artifactLocation"]["uriBaseId"] = PROJECT
    if violation.urn:
        location["logicalLocations"] = [
            {"name": finding.name, "fullyQualifiedName": violation.urn, "kind": "resource"}
        ]
    result: dict[str, Any] = {
        "ruleId": finding.rule.name,
        "ruleIndex": index[finding.rule.name],
        "kind": "fail" if violation.decided else "open",
        "level": _LEVELS[finding.rule.severity] if violation.decided else "none",
        "message": {"text": violation.message},
        "locations": [location],
        "properties": {"enforcementLevel": violation.level},
    }
    if finding.position:
        result["relatedLocations"] = [checked]
    if finding.exemption is not None:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"{finding.exemption.reason} ({finding.exemption.owner},"
                f" {finding.exemption.term})",
            }
        ]
    return result
