"""`bulkhead policy check`, from the files to the exit code."""

import json
import runpy
import subprocess
import sys

import pytest

from tests.policy.check.samples import EXEMPTION, OPEN, QUIET, TYPE


def test_a_clean_file_ends_with_0_and_a_violation_with_1(files, check):
    clean, _, _ = check(files.recorded({**OPEN, "props": {"sqsManagedSseEnabled": True}}))
    broken, said, _ = check(files.recorded(OPEN))

    assert (clean, broken) == (0, 1)
    assert "FAIL medium mandatory sqs-encrypted" in said
    assert "The SQS queue 'orders' must encrypt its messages" in said
    assert f"seen.json:2 {TYPE} orders" in said


@pytest.mark.parametrize(
    ("level", "words", "code"),
    [
        ("advisory", [], 0),
        ("advisory", ["--fail-on", "medium"], 1),
        ("mandatory", ["--fail-on", "high"], 0),
        ("mandatory", ["--fail-on", "low"], 1),
        ("remediate", [], 1),
        ("disabled", ["--fail-on", "low"], 0),
    ],
)
def test_what_fails_is_what_the_engine_would_refuse_or_what_is_bad_enough(
    files, check, level, words, code
):
    done, _, _ = check(files.recorded(OPEN), *words, settings={"sqs-encrypted": level})

    assert done == code


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"resource": "other"}, "exempts nothing and must be removed"),
        ({"expires": "2001-01-01"}, "expired on 2001-01-01 and must be renewed by checkout"),
    ],
)
def test_an_exemption_that_is_of_no_use_fails_the_check(files, check, change, said):
    settings = {"settings": {"exemptions": [EXEMPTION | change]}}

    code, found, _ = check(files.recorded(OPEN), settings=settings)

    assert code == 1
    assert said in found


def test_a_preview_without_unchanged_resources_asks_no_stack_rule_and_says_so(files, check):
    settings = {"settings": {"exemptions": [EXEMPTION | {"resource": "other"}]}}

    code, said, _ = check(files.preview(files.queue({"name": "x"}), same=3), settings=settings)

    assert code == 1
    assert "leaves out 3 unchanged resources" in said
    assert "exempts nothing" not in said


def test_only_the_packs_that_are_named_are_asked(files, check):
    code, said, _ = check(files.recorded(OPEN), "--pack", "audit", "--pack", "reliability")

    assert code == 0
    assert "sqs-encrypted" not in said


def test_a_file_that_cannot_be_used_ends_with_2_and_one_message(files, check):
    code, said, complaint = check(files.write("{"))

    assert (code, said) == (2, "")
    assert "seen.json:1: expected JSON" in complaint


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sqs-encryptd": "advisory"}, "there is no rule 'sqs-encryptd': write 'sqs-encrypted'"),
        ({"sqs-encrypted": "loud"}, "'sqs-encrypted': expected one of advisory, mandatory,"),
        ({"sqs-encrypted": 5}, "'sqs-encrypted': expected a level, or an object"),
        ({"sqs-encrypted": {"strict": True}}, "rule 'sqs-encrypted': there is no parameter"),
        ({"required-tags": {"requiredTags": 5}}, "requiredTags: found 5.0; write a valid list"),
        ({"all": {"strict": True}}, "'all' takes an enforcementLevel and no parameter"),
        (
            {"settings": {"prodution": True}},
            "there is no setting 'prodution': write 'production'",
        ),
        ({"settings": {"secretNames": ["("]}}, "'(' is not a regular expression"),
        ({"settings": {"optedIn": ["sqs"]}}, "there is no rule 'sqs'"),
        ({"settings": {"rules": {"sqs": "advisory"}}}, "there is no rule 'sqs'"),
        ({"settings": {"rules": {"sqs-encrypted": "loud"}}}, "settings.rules.sqs-encrypted: found"),
        (
            {"settings": {"exemptions": [EXEMPTION | {"expires": "soon"}]}},
            "settings.exemptions[0].expires: found",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_told_with_its_line(files, check, settings, said):
    quiet = len(QUIET)

    code, _, complaint = check(files.recorded(OPEN), settings=settings)

    file, line, message = complaint.split(":", maxsplit=2)
    assert code == 2
    assert file.endswith("settings.json")
    key = next(iter(settings))
    beneath = int(line) - (2 + list(QUIET).index(key) if key in QUIET else 2 + quiet)
    assert 0 <= beneath <= 8
    assert said in message


def test_all_mistakes_are_told_at_once_each_with_its_line(files, check):
    _, _, complaint = check(files.recorded(OPEN), settings={"nope": "advisory", "nay": "loud"})

    assert len(complaint.splitlines()) == 2


def test_a_date_is_told_with_the_line_of_the_date(files, main, capsys):
    settings = files.write(
        '{\n  "settings": {"exemptions": [\n    {"rule": "sqs-encrypted",\n     "resource": "x",\n'
        '     "reason": "long enough", "owner": "x",\n     "expires": "soon"}\n  ]}\n}',
        "own.json",
    )

    assert main(["check", str(files.recorded(OPEN)), "--settings", str(settings)]) == 2

    assert "own.json:6: settings.exemptions[0].expires" in capsys.readouterr().err


def test_settings_that_are_no_object_are_refused(files, main, capsys):
    words = ["check", str(files.recorded(OPEN)), "--settings", str(files.write([], "own.json"))]

    assert main(words) == 2
    assert "expected an object of rules" in capsys.readouterr().err


def test_an_environment_is_chosen_by_name(files, main, capsys):
    words = ["check", str(files.recorded(OPEN)), "--format", "json", "--environment"]

    exempted = {}
    for name in ("dev", "prod"):
        main([*words, name])
        report = json.loads(capsys.readouterr().out)
        exempted[name] = {one["rule"] for one in report["exemptions"]}

    assert "cloudtrail-exists" in exempted["prod"]  # a rule for production alone
    assert "cloudtrail-exists" not in exempted["dev"]


def test_an_unknown_environment_is_answered_with_the_known_ones(files, main, capsys):
    assert main(["check", str(files.recorded()), "--environment", "prd"]) == 2
    assert "Known environments: dev, gallery, local, prod" in capsys.readouterr().err


def test_an_environment_and_a_file_of_settings_exclude_each_other(files, main, capsys):
    words = ["--environment", "dev", "--settings", "own.json"]

    assert main(["check", str(files.recorded()), *words]) == 2
    assert "not both" in capsys.readouterr().err


def test_it_runs_as_a_module_and_bears_a_reader_that_goes_away(files):
    words = [sys.executable, "-m", "policy", "check", str(files.recorded(OPEN))]

    done = subprocess.run(
        [*words, "--format", "sarif"], stdout=subprocess.PIPE, check=False, timeout=30
    )
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as closed:
        closed.stdout.close()
        complaint = closed.stderr.read()

    assert done.returncode == 1
    assert json.loads(done.stdout)["version"] == "2.1.0"
    assert complaint == b""
    assert closed.returncode == 1


def test_the_former_module_is_an_alias_of_the_command(files, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["policy", "check", str(files.write("{"))])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("policy", run_name="__main__", alter_sys=True)

    assert ended.value.code == 2
    assert "seen.json:1: expected JSON" in capsys.readouterr().err
