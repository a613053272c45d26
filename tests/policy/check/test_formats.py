"""The formats of a report."""

import json
from xml.etree import ElementTree as ET

import pytest

from policy.rules import all_rules
from tests.policy.check.samples import EXEMPTION, OPEN, QUIET, TYPE


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


def test_junit_has_a_case_for_each_rule_and_fails_those_that_must_be_fixed(files, check):
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


def test_secrets_are_read_and_never_printed(files, check):
    secret = files.secret(plaintext='"AKIAIOSFODNN7EXAMPLE"')
    queue = files.queue({"policy": secret, "tags": {"Token": secret}})
    everything = {one.name: "mandatory" for one in all_rules()}

    for kind in FORMATS:
        words = ["--format", kind]
        _, said, _ = check(files.export(queue), *words, settings=everything)
        assert "AKIAIOSFODNN7EXAMPLE" not in said


FORMATS = ("text", "json", "sarif", "junit")


def test_encrypted_values_are_unknown_and_their_ciphertext_is_not_shown(files, check):
    encrypted = files.secret(ciphertext="v1:hunter2")
    queue = files.queue({"sqsManagedSseEnabled": encrypted, "policy": encrypted})
    everything = {one.name: "mandatory" for one in all_rules()}

    for kind in FORMATS:
        words = ["--format", kind]
        _, said, _ = check(files.export(queue), *words, settings=everything)
        assert "hunter2" not in said
    code, _, _ = check(files.export(files.queue({"sqsManagedSseEnabled": encrypted})))
    assert code == 0


def test_a_finding_that_depends_on_a_secret_is_reported_without_its_message(files, check):
    document = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "hunter2:*"}}
    secret = files.secret(plaintext=json.dumps(json.dumps(document)))
    policy = files.state(
        "urn:pulumi:dev::shop::aws:iam/policy:Policy::open", {"policy": secret, "name": secret}
    )
    everything = {one.name: "mandatory" for one in all_rules()}

    for kind in FORMATS:
        words = ["--format", kind]
        code, said, _ = check(files.export(policy), *words, settings=everything)
        assert code == 1
        assert "hunter2" not in said
        assert "iam-no-service-wildcard" in said
        assert "depends on a secret, which is not shown." in said


PLACE = "project:///stacks/messaging.py#12,5"
LIBRARY = "project:///.venv/lib/python3.11/site-packages/kit/queue.py#3"


@pytest.mark.parametrize(
    ("state", "position"),
    [
        ({"sourcePosition": PLACE}, ("stacks/messaging.py", 12)),
        ({"sourcePosition": "project:///a%20b/main.go#7"}, ("a b/main.go", 7)),
        (
            {"sourcePosition": LIBRARY, "stackTrace": [{"sourcePosition": PLACE}, {}, 5]},
            ("stacks/messaging.py", 12),
        ),
        (
            {
                "sourcePosition": "project:///../shared/queue.py#3",
                "stackTrace": [{"sourcePosition": PLACE}],
            },
            ("stacks/messaging.py", 12),
        ),
        ({"sourcePosition": "project:///../shared/queue.py#3"}, ("../shared/queue.py", 3)),
        *(
            ({"sourcePosition": one, "stackTrace": {}}, None)
            for one in (LIBRARY, "project:///a.py", "file:///a.py#3", "project://[/#3", 5, None)
        ),
    ],
)
def test_findings_have_the_line_of_the_program_where_pulumi_recorded_it(
    files, check, state, position
):
    file = files.export(files.queue({}, **state))

    outputs = {kind: check(file, "--format", kind)[1] for kind in FORMATS}

    expected = position and {"file": position[0], "line": position[1]}
    assert json.loads(outputs["json"])["findings"][0]["program"] == expected
    [result] = json.loads(outputs["sarif"])["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    case = ET.fromstring(outputs["junit"]).find("testsuite/testcase[failure]")
    if position is None:
        assert physical["artifactLocation"]["uri"].endswith("/seen.json")
        assert "relatedLocations" not in result
        assert case.get("file") is None
    else:
        path, line = position
        assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert physical["artifactLocation"]["uri"] == path.replace(" ", "%20")
        assert physical["region"] == {"startLine": line}
        [checked] = result["relatedLocations"]
        assert checked["physicalLocation"]["artifactLocation"]["uri"].endswith("/seen.json")
        assert (case.get("file"), case.get("line")) == (path, str(line))
        assert f"{path}:{line}: " in case.findtext("failure")
        assert f"     {path}:{line} {TYPE} orders" in outputs["text"]


def test_junit_has_a_suite_for_each_file(files, main, capsys):
    clean = files.write([{**OPEN, "props": {"sqsManagedSseEnabled": True}}], "clean.json")
    settings = files.write(QUIET, "settings.json")

    words = [str(clean), str(files.recorded(OPEN)), "--settings", str(settings)]
    main(["check", *words, "--format", "junit"])

    suites = ET.fromstring(capsys.readouterr().out)
    assert [suite.get("failures") for suite in suites] == ["0", "1"]
