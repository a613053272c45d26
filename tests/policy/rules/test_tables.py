"""The examples in the tables: what each rule accepts and what it refuses."""

from pathlib import Path

import pytest

from policy.tables import cases

CASES = list(cases(*sorted(Path(__file__).parent.rglob("*.yaml"))))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_accepts_and_refuses_the_resources_of_its_table(case):
    case.check()
