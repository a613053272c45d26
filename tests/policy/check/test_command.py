"""`bulkhead policy check`, from the files to the exit code."""

import json
import runpy
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from policy.rules import all_rules

TYPE = "aws:sqs/queue:Queue"
OPEN = {"type": TYPE, "name": "orders", "props": {"sqsManagedSseEnabled": False}}
EXEMPTION = {
    "rule": "sqs-encrypted",
    "resource": f"{TYPE}::orders",
    "reason": "holds nothing but timestamps",
    "owner": "checkout",
    "expires": "2999-01-01",
}
QUIET = {  # whatever else is said about a bare queue is not what is tested here
    one.name: "disabled" for one in all_rules() if one.name != "sqs-encrypted"
}


@pytest.fixture
def check(files, main, capsys):
    """Run the command on one file, with *settings* as the settings file."""

    def run(file, *words, settings=None):
        chosen = files.write({**QUIET, **(settings or {})}, "settings.json")
        code = main(["check", str(file), "--settings", str(chosen), *words])
        return code, *capsys.readouterr()

    return run


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


def test_json_has_every_finding_with_its_place(files, check):
    _, said, _ = check(files.recorded(OPEN), "--format", "json")

    report = json.loads(said)
    [found] = report["findings"]
    assert report["failed"]
    assert (found["rule"], found["severity"], found["level"]) == (
        "sqs-encrypted",
        "medium",
        "mandatory",
    )
    assert (found["type"], found["name"], found["line"]) == (TYPE, "orders", 2)


def test_the_exemptions_that_were_used_are_part_of_the_report(files, check):
    settings = {"settings": {"exemptions": [EXEMPTION]}}

    code, said, _ = check(files.recorded(OPEN), settings=settings)
    _, data, _ = check(files.recorded(OPEN), "--format", "json", settings=settings)

    assert code == 0
    assert "sqs-encrypted, until 2999-01-01, checkout: holds nothing but timestamps" in said
    [used] = json.loads(data)["exemptions"]
    assert used["reason"] == "holds nothing but timestamps"
    assert used["resources"] == [f"urn:pulumi:recorded::recorded::{TYPE}::orders"]


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


def test_sarif_is_2_1_0_with_help_places_and_suppressions(files, check):
    settings = {"settings": {"exemptions": [EXEMPTION]}}

    _, said, _ = check(files.recorded(OPEN), "--format", "sarif")
    _, exempt, _ = check(files.recorded(OPEN), "--format", "sarif", settings=settings)

    log = json.loads(said)
    [run] = log["runs"]
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert log["version"] == "2.1.0"
    assert rule["id"] == result["ruleId"] == "sqs-encrypted"
    assert "sqs_managed_sse_enabled" in rule["help"]["text"]
    assert "FSBP SQS.1" in rule["help"]["text"]
    assert result["level"] == rule["defaultConfiguration"]["level"] == "warning"
    [place] = result["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 2}
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/seen.json")
    assert place["logicalLocations"][0]["fullyQualifiedName"].endswith(f"{TYPE}::orders")
    [suppressed] = json.loads(exempt)["runs"][0]["results"][0]["suppressions"]
    assert suppressed["justification"].startswith("holds nothing but timestamps")


def test_sarif_says_of_what_could_not_be_decided_that_it_is_open(files, check):
    settings = {"settings": {"reportUnknown": True}}
    unknown = {**OPEN, "props": {"sqsManagedSseEnabled": files.UNKNOWN}}

    code, said, _ = check(files.recorded(unknown), "--format", "sarif", settings=settings)

    [result] = json.loads(said)["runs"][0]["results"]
    assert code == 0
    assert (result["kind"], result["level"]) == ("open", "none")


def test_junit_has_a_case_for_each_rule_and_fails_those_that_must_be_mended(files, check):
    _, said, _ = check(files.recorded({**OPEN, "name": "a\x01<b"}), "--format", "junit")

    [suite] = ET.fromstring(said)
    [failed] = suite.findall("testcase/failure")
    assert (suite.get("tests"), suite.get("failures")) == (str(len(all_rules()) + 1), "1")
    assert "'a\N{REPLACEMENT CHARACTER}<b' must encrypt" in failed.get("message")


def test_junit_skips_what_is_exempt_and_only_tells_advice(files, check):
    exempt = {"settings": {"exemptions": [EXEMPTION]}}

    _, skipped, _ = check(files.recorded(OPEN), "--format", "junit", settings=exempt)
    advice = {"sqs-encrypted": "advisory"}
    _, told, _ = check(files.recorded(OPEN), "--format", "junit", settings=advice)

    assert len(ET.fromstring(skipped).findall("testsuite/testcase/skipped")) == 1
    assert ET.fromstring(told).get("failures") == "0"
    assert "must encrypt" in ET.fromstring(told).findtext("testsuite/testcase/system-out")


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


def test_secrets_are_read_and_never_printed(files, check):
    secret = files.secret(plaintext='"AKIAIOSFODNN7EXAMPLE"')
    queue = files.queue({"policy": secret, "tags": {"Token": secret}})
    everything = {one.name: "mandatory" for one in all_rules()}

    for kind in ("text", "json", "sarif", "junit"):
        words = ["--format", kind]
        _, said, _ = check(files.export(queue), *words, settings=everything)
        assert "AKIAIOSFODNN7EXAMPLE" not in said


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
        ({"required-tags": {"requiredTags": 5}}, "requiredTags must be an array; found 5.0"),
        ({"all": {"strict": True}}, "'all' takes an enforcementLevel and no parameter"),
        ({"settings": {"prodution": True}}, "settings.prodution: Extra inputs"),
        ({"settings": {"secretNames": ["("]}}, "'(' is no regular expression"),
        ({"settings": {"optedIn": ["sqs"]}}, "there is no rule 'sqs'"),
        ({"settings": {"rules": {"sqs": "advisory"}}}, "there is no rule 'sqs'"),
        ({"settings": {"rules": {"sqs-encrypted": "loud"}}}, "settings.rules.sqs-encrypted: Input"),
        (
            {"settings": {"exemptions": [EXEMPTION | {"expires": "soon"}]}},
            "settings.exemptions.0.expires: Input should be a valid date",
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

    assert "own.json:6: settings.exemptions.0.expires" in capsys.readouterr().err


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
    assert "Known environments: dev, local, prod" in capsys.readouterr().err


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


def test_junit_has_a_suite_for_each_file(files, main, capsys):
    clean = files.write([{**OPEN, "props": {"sqsManagedSseEnabled": True}}], "clean.json")
    settings = files.write(QUIET, "settings.json")

    words = [str(clean), str(files.recorded(OPEN)), "--settings", str(settings)]
    main(["check", *words, "--format", "junit"])

    suites = ET.fromstring(capsys.readouterr().out)
    assert [suite.get("failures") for suite in suites] == ["0", "1"]
