"""A report as JUnit XML: one suite for each file, one test case for each rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from policy.check.report import Finding, Report
    from policy.engine.rule import Rule

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """Return *report* as an XML document; findings that are not failures are output only."""
    root = ET.Element("testsuites", name="bulkhead-policy")
    for file in report.files:
        found: dict[str, list[Finding]] = {}
        for one in report.findings:
            if one.file == file:
                found.setdefault(one.rule.name, []).append(one)
        suite = ET.SubElement(root, "testsuite", name=_clean(file))
        for rule in report.rules:
            _case(suite, rule, found.get(rule.name, []), report)
        _count(suite, len(report.rules))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, rule: Rule, found: list[Finding], report: Report) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=f"bulkhead.{rule.concern}", name=rule.name, time="0"
    )
    failures = [one for one in found if report.counts(one)]
    others = [one for one in found if not report.counts(one)]
    if failures:
        if position := failures[0].position:
            case.set("file", _clean(position.file))
            case.set("line", str(position.line))
        failure = ET.SubElement(
            case, "failure", type=rule.severity, message=_clean(failures[0].violation.message)
        )
        failure.text = "\n".join(_line(one) for one in failures)
    elif others and all(one.exemption is not None for one in others):
        ET.SubElement(case, "skipped", message=_clean(others[0].violation.message))
    if others:
        ET.SubElement(case, "system-out").text = "\n".join(_line(one) for one in others)


def _count(suite: ET.Element, tests: int) -> None:
    suite.set("tests", str(tests))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))


def _line(finding: Finding) -> str:
    return _clean(f"{finding.location}: {finding.violation.message} [{finding.violation.urn}]")


def _clean(text: str) -> str:
    """Return *text* without the characters that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
