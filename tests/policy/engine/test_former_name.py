"""Imports of `policy.frame`, the former name of `policy.engine`, work for one release."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMES = runpy.run_path(str(ROOT / "policy" / "frame" / "former.py"))["NAMES"]


def run(program, *options):
    return subprocess.run(
        [sys.executable, *options, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "program",
    [
        "import policy.frame",
        "from policy.frame import rule; rule.Rule",
        "import policy.frame.rule; policy.frame.rule.Rule",
        "from policy.frame.rule import Finding, Level, Severity, rule",
    ],
)
def test_an_import_of_the_former_name_works_and_names_the_new_one(program):
    ran = run(program, "-W", "always::DeprecationWarning")

    assert ran.returncode == 0, ran.stderr
    assert "policy.frame is deprecated: import policy.engine" in ran.stderr


def test_the_warning_names_the_module_and_the_line_that_imports_it():
    ran = run("from policy.frame.rule import Rule", "-W", "always::DeprecationWarning")

    assert "<string>:1: DeprecationWarning: policy.frame.rule is deprecated" in ran.stderr


def test_both_names_are_the_same_module():
    program = (
        "import policy.engine.rule, policy.frame.rule, policy.frame.values;"
        "assert policy.frame.rule is policy.engine.rule;"
        "assert policy.engine.rule.__spec__.name == 'policy.engine.rule';"
        "from policy.engine.values import UNKNOWN;"
        "assert policy.frame.values.UNKNOWN is UNKNOWN"
    )

    ran = run(program)

    assert ran.returncode == 0, ran.stderr


def test_a_module_that_never_existed_is_not_found():
    ran = run("import policy.frame.nothing")

    assert "No module named 'policy.engine.nothing'" in ran.stderr


def test_nothing_of_ours_imports_the_former_name():
    left = [
        path
        for folder in ("policy", "tests", "bench", "ops", "docs")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".py", ".md"}
        and path != Path(__file__)
        and path.parent.name != "frame"
        and "from policy.frame" in path.read_text()
    ]

    assert left == []


COMPARISON = """
import importlib
from policy.engine import resource_types

for module, names in {names!r}.items():
    former = importlib.import_module("policy.frame." + module)
    present = {{**vars(resource_types), **vars(importlib.import_module("policy.engine." + module))}}
    for name, new in names.items():
        assert getattr(former, name) is present[new], name
"""


def test_a_former_name_in_a_module_is_the_present_one():
    ran = run(COMPARISON.format(names=NAMES), "-W", "always::DeprecationWarning")

    assert ran.returncode == 0, ran.stderr
    for names in NAMES.values():
        for former, new in names.items():
            assert f"{former} is deprecated: write {new}" in ran.stderr


RULE_OF_OTHERS = """
from policy.frame.iam import opened
from policy.frame.rule import Finding, Level, Severity, stack_rule
from policy.frame.remedy import inputs
from policy.testing import messages, resource, stack

@stack_rule("aws:sqs/queue:Queue", severity=Severity.LOW, level=Level.ADVISORY)
def their_queue(stack):
    "Queues must be theirs."
    for queue in stack.of("aws:sqs/queue:Queue"):
        if opened(queue.get("policy"), stack.settings.narrowing_keys) == []:
            yield Finding(f"The queue '{queue.name}' must be theirs.", queue.urn)

print(messages(their_queue, stack(resource("aws:sqs/queue:Queue", "q", {}))))
"""


def test_a_rule_that_uses_former_names_still_runs():
    ran = run(RULE_OF_OTHERS, "-W", "always::DeprecationWarning")

    assert ran.stdout == "[\"The queue 'q' must be theirs.\"]\n", ran.stderr
    assert "of is deprecated: write of_type" in ran.stderr
    assert "narrowing_keys is deprecated: write restricting_condition_keys" in ran.stderr
