"""`bulkhead policy`: what it prints of rules, and of an environment's configuration."""

import json

import pytest

from ops.commands.policy import explain
from policy.packs import Pack, rules_of
from policy.rules import all_rules


def test_each_rule_is_listed_on_a_line(bulkhead):
    code, printed, _ = bulkhead("policy", "list")

    assert code == 0
    assert [line.split()[0] for line in printed.splitlines()] == [one.name for one in all_rules()]


def test_the_list_can_be_narrowed_to_a_pack_and_a_severity(bulkhead):
    _, printed, _ = bulkhead("policy", "list", "--pack", "audit", "--severity", "critical")

    audit = [one.name for one in rules_of(Pack.AUDIT) if one.severity == "critical"]
    assert [line.split()[0] for line in printed.splitlines()] == audit


def test_the_page_of_a_rule_has_its_reason_and_an_example_of_each_kind(bulkhead):
    code, printed, _ = bulkhead("policy", "explain", "sqs-encrypted")

    assert code == 0
    assert printed.startswith("# sqs-encrypted\n")
    assert printed.count("aws.sqs.Queue(") == 2


def test_without_the_packages_of_the_tests_a_rule_is_explained_without_examples(
    bulkhead, monkeypatch
):
    monkeypatch.setattr(explain, "find_spec", lambda _name: None)

    code, printed, note = bulkhead("policy", "explain", "sqs-encrypted")

    assert code == 0
    assert printed.startswith("# sqs-encrypted\n")
    assert "aws.sqs.Queue(" not in printed
    assert "The examples are left out" in note


def test_an_unknown_rule_is_answered_with_the_nearest_one(bulkhead):
    code, printed, complaint = bulkhead("policy", "explain", "sqs-encryptd")

    assert (code, printed) == (1, "")
    assert "write 'sqs-encrypted'" in complaint


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_the_configuration_of_an_environment_is_printed_or_written(bulkhead, tmp_path, name):
    file = tmp_path / "policy.json"

    code, printed, _ = bulkhead("policy", "config", name)
    bulkhead("policy", "config", name, "--output", str(file))

    assert code == 0
    assert file.read_text() == printed
    assert json.loads(printed)["settings"]["exemptions"]


def test_an_unknown_environment_has_no_configuration(bulkhead):
    code, printed, complaint = bulkhead("policy", "config", "prd")

    assert (code, printed) == (1, "")
    assert "Known environments:" in complaint
