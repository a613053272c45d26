"""The examples that pages show work as they stand."""

import re

from localcloud.layout import ROOT
from policy.engine.requirement import require_value
from policy.engine.rule import classify, rule
from policy.engine.values import number
from policy.testing import check

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_rule_and_its_test_on_the_page_about_policies():
    blocks = PYTHON.findall((ROOT / "docs" / "policies.md").read_text())
    namespace = {
        "__name__": "policy.rules.sqs",
        "Messages": object,
        "Resource": object,
        "check": check,
        "classify": classify,
        "number": number,
        "require_value": require_value,
        "rule": rule,
    }

    for block in blocks:
        code = compile("from __future__ import annotations\n" + block, "policies.md", "exec")
        exec(code, namespace)
    namespace["test_sqs_retention_a_day"]()

    assert namespace["sqs_retention_a_day"].name == "sqs-retention-a-day"
    assert namespace["dynamodb_protected"].name == "dynamodb-protected"
