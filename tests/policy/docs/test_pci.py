"""The PCI DSS requirements that the coverage matrix shows."""

import re

import pytest

from policy.engine.rule import CONTROLS
from policy.pages import coverage, pci, rule_page
from policy.rules import all_rules

CELLS = [
    (version, *cell) for version, related in pci.REQUIREMENTS.items() for cell in related.items()
]


def test_every_control_is_one_that_a_rule_refers_to():
    referred = {
        id_ for rule in all_rules() for start in CONTROLS for id_ in coverage.controls(rule, start)
    }

    assert {control for _, control, _ in CELLS} <= referred


@pytest.mark.parametrize(("version", "control", "ids"), CELLS)
def test_every_control_has_requirements_in_order_and_once(version, control, ids):
    assert re.fullmatch(r"\d\.\d\.\d", version)
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]+\.\d+", control)
    assert ids
    assert all(re.fullmatch(r"(?:[1-9]|1[0-2])(?:\.\d{1,2}){1,3}", id_) for id_ in ids)
    assert list(ids) == sorted(set(ids), key=pci._natural)


def test_the_matrix_shows_the_requirements_of_a_rules_controls():
    titles, cells = _row("s3-bucket-denies-plain-http")

    assert cells[titles.index("AWS FSBP")] == "S3.5"
    assert cells[titles.index("PCI DSS 3.2.1")] == "4.1"
    assert cells[titles.index("PCI DSS 4.0.1")] == "4.2.1"


def test_the_requirements_of_several_controls_are_joined_in_order_and_once():
    titles, cells = _row("s3-policy-no-open-principal")

    assert cells[titles.index("AWS FSBP")] == "S3.2, S3.3"
    assert cells[titles.index("PCI DSS 3.2.1")] == "1.2.1, 1.3.1, 1.3.2, 1.3.4, 1.3.6, 7.2.1"
    assert cells[titles.index("PCI DSS 4.0.1")] == ""


def _row(name):
    lines = coverage.page(all_rules()).split("## Rule by framework")[1].splitlines()
    titles = next(line for line in lines if line.startswith("| Rule |"))
    row = next(line for line in lines if line.startswith(f"| {name} |"))
    return [[cell.strip() for cell in line.split("|")] for line in (titles, row)]


def test_the_table_of_frameworks_counts_the_requirements_and_their_rules():
    rules = [one for one in all_rules() if "4.0.1" in pci.requirements(one)]
    met = {id_ for one in rules for id_ in pci.requirements(one)["4.0.1"]}

    assert f"| PCI DSS 4.0.1 | {len(met)} | {len(rules)} |" in coverage.page(all_rules())


def test_the_page_of_a_rule_shows_its_requirements():
    rule = next(one for one in all_rules() if "Security Hub KMS.4" in one.references)

    section = rule_page.page(rule, None)

    assert "| PCI DSS 3.2.1 | 3.6.4 |\n| PCI DSS 4.0.1 | 3.7.4 |" in section


def test_a_rule_without_a_known_control_has_none():
    rule = next(one for one in all_rules() if not one.references)

    assert pci.requirements(rule) == {}
    assert "PCI DSS" not in rule_page.page(rule, None)
