"""The examples that pages show work as they stand."""

import re

import pytest

from localcloud.layout import ROOT
from ops.main import main as bulkhead
from policy.engine.requirement import require_value
from policy.engine.rule import classify, rule
from policy.engine.values import number
from policy.tables import Case, read

CONFIGURATION = ROOT / "docs" / "policy" / "configuration.md"
FENCE = r"^```{}\n(.*?)^```$"


def test_the_rule_and_its_test_on_the_page_about_policies():
    page = (ROOT / "docs" / "policies.md").read_text()
    blocks = re.findall(FENCE.format("python"), page, re.MULTILINE | re.DOTALL)
    *_, table = re.findall(FENCE.format("yaml"), page, re.MULTILINE | re.DOTALL)
    namespace = {
        "__name__": "policy.rules.sqs",
        "Messages": object,
        "Resource": object,
        "classify": classify,
        "number": number,
        "require_value": require_value,
        "rule": rule,
    }

    for block in blocks:
        code = compile("from __future__ import annotations\n" + block, "policies.md", "exec")
        exec(code, namespace)
    made = namespace["sqs_retention_a_day"]
    [entry] = read(table)[made.name]
    Case(made, entry["type"], entry).check()

    assert made.name == "sqs-retention-a-day"
    assert namespace["dynamodb_protected"].name == "dynamodb-protected"


def test_the_program_in_yaml_has_the_finding_on_the_page(tmp_path, monkeypatch, capsys):
    page = CONFIGURATION.read_text()
    [program] = re.findall(FENCE.format("yaml"), page, re.MULTILINE | re.DOTALL)
    [finding] = re.findall(FENCE.format("text"), page, re.MULTILINE | re.DOTALL)
    (tmp_path / "Pulumi.yaml").write_text(program)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["bulkhead", "policy", "check", "Pulumi.yaml"])

    with pytest.raises(SystemExit) as ended:
        bulkhead()

    assert ended.value.code == 1
    assert finding in capsys.readouterr().out
