"""What the words that rules are written in mean: ports, keys, tags, secrets, schedules."""

import base64
import json
import math

import pytest

from policy.engine.iam import statements
from policy.engine.keys import is_own_key
from policy.engine.network import admits, protocol_name, spans_all
from policy.engine.openapi import open_operations
from policy.engine.resource import parse_text
from policy.engine.schedule import longest_gap
from policy.engine.secrets import decoded, holds_secret, secret_variables
from policy.engine.settings import Settings
from policy.engine.tags import tagged
from policy.engine.values import is_off, texts
from policy.testing import resource, unknown


@pytest.mark.parametrize(
    ("protocol", "first", "last", "admitted"),
    [
        ("tcp", 20.0, 30.0, {22}),
        (6.0, None, None, {22, 443}),
        ("17", 443.0, 443.0, {443}),
        ("-1", 0.0, 0.0, {22, 443}),
        ("icmp", 0.0, 255.0, set()),
        ("tcp", unknown, 443.0, set()),
        (unknown, 0.0, 65535.0, set()),
        (math.nan, 0.0, 65535.0, set()),
    ],
)
def test_a_rule_admits_the_ports_of_its_range(protocol, first, last, admitted):
    assert admits(protocol, first, last, [22, 443]) == admitted


def test_all_ports_are_those_of_all_protocols_or_the_whole_range():
    assert spans_all("-1", None, None)
    assert spans_all("tcp", 1.0, 65535.0)
    assert not spans_all("tcp", 2.0, 65535.0)
    assert not spans_all("icmp", None, None)
    assert protocol_name(-1.0) == "-1"


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("rate(10 days)", 10),
        ("rate(36 hours)", 1.5),
        ("cron(0 8 * * ? *)", 1),
        ("cron(0 8 ? * MON *)", 7),
        ("cron(0 8 1 * ? *)", 31),
        ("cron(0 8 ? * FRI#2 *)", 31),
        ("cron(0 8 1 */3 ? *)", 92),
        ("cron(0 8 1 1 ? *)", 366),
        ("cron(0 8 1 1 ?)", None),
        ("cron(0 8 1 JANUARY ? *)", None),
        ("every day", None),
    ],
)
def test_a_schedule_comes_round_after_its_longest_gap(expression, days):
    assert longest_gap(expression) == days


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "aws_secret_access_key = " + "a" * 40,
        "-----BEGIN EC PRIVATE KEY-----",
        "ghp_" + "a" * 36,
        "github_pat_" + "a" * 22,
        "xoxb-" + "1" * 10,
        "sk_live_" + "a" * 16,
        "eyJ" + "a" * 10 + ".eyJ" + "b" * 10 + "." + "c" * 10,
        "mysql://shop:hunter2@db",
    ],
)
def test_each_form_of_a_credential_is_known(text):
    assert holds_secret(None, f"see: {text}")
    assert not holds_secret(None, text[: len(text) // 3])


def test_an_environment_may_know_other_forms_of_credentials():
    chosen = Settings(secret_values=("corp-[0-9]{6}",))

    assert holds_secret(chosen, "corp-123456")
    assert list(secret_variables(chosen, {"A": "corp-123456", "B": "x", "C": unknown})) == ["A"]


def test_texts_are_found_at_any_depth_but_not_in_assets():
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x"}

    assert sorted(texts({"a": ["b", {"c": "d"}, unknown, 1.0], "e": asset})) == ["b", "d"]
    assert decoded(base64.b64encode(b"exec start").decode()) == "exec start"
    assert decoded("#!/bin/sh") == "#!/bin/sh"


def test_an_own_key_is_set_and_not_of_aws():
    assert is_own_key("arn:aws:kms:eu-west-1:1:key/a")
    assert is_own_key("alias/orders")
    assert is_own_key(unknown)
    assert not is_own_key("alias/aws/sqs")
    assert not is_own_key("arn:aws:kms:eu-west-1:1:alias/aws/sqs")
    assert not is_own_key(None)


def test_a_tag_that_is_not_known_yet_counts_as_asked():
    wanted = {"tier": "public"}
    later = resource("aws:ec2/subnet:Subnet", "a", {"tags": {"tier": unknown}})

    assert tagged(resource("aws:ec2/subnet:Subnet", "a", {"tags": wanted}), wanted)
    assert tagged(later, wanted)
    assert not tagged(later, wanted, unknown=False)
    assert not tagged(resource("aws:ec2/subnet:Subnet", "a", {}), wanted)
    assert not tagged(later, {})


@pytest.mark.parametrize(
    ("operator", "narrows"),
    [
        ("StringEquals", True),
        ("ForAnyValue:StringLike", True),
        ("ForAllValues:StringEquals", False),
        ("StringEqualsIfExists", False),
        ("StringNotEquals", False),
        ("Null", False),
    ],
)
def test_a_condition_narrows_only_where_the_key_must_be_there_and_have_the_value(operator, narrows):
    condition = {operator: {"aws:PrincipalOrgID": "o-12345"}}
    [one] = statements({"Statement": {"Effect": "Allow", "Condition": condition}})

    assert one.is_narrowed(["aws:principalorgid"]) is narrows


@pytest.mark.parametrize(
    ("operation", "of_all", "is_open"),
    [
        ({}, None, True),
        ({"security": []}, [{"jwt": []}], True),
        ({"security": [{"jwt": []}, {}]}, None, True),
        ({"x-amazon-apigateway-auth": {"type": "NONE"}}, [{"jwt": []}], True),
        ({}, [{"jwt": []}], False),
        ({"security": [{"key": []}]}, None, False),
        ({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, None, False),
    ],
)
def test_an_operation_is_open_that_names_no_security_of_its_own_or_of_all(
    operation, of_all, is_open
):
    item = {"x-amazon-apigateway-any-method": operation, "options": {}, "parameters": []}
    text = json.dumps({"security": of_all, "paths": {"/orders": item}})

    assert list(open_operations(text, inherits=True)) == (["ANY /orders"] if is_open else [])


def test_a_definition_may_be_yaml_and_is_passed_over_where_it_is_none():
    text = "paths: {/orders: {get: {}}}"
    assert list(open_operations(text, inherits=True)) == ["GET /orders"]
    for odd in ("paths: [1]", "paths: {1: 2}", "paths: {a: {get: 5}}", "[", None, unknown):
        assert list(open_operations(odd, inherits=True)) == []


def test_what_an_allow_leaves_over_is_given():
    [one] = statements({"Statement": {"Effect": "Allow", "NotAction": "s3:*", "NotResource": "a"}})

    assert one.gives("iam:PassRole")
    assert not one.gives("s3:GetObject")
    assert one.is_on_everything


def test_a_text_is_json_or_yaml_or_nothing():
    assert parse_text('{"a": 1}') == {"a": 1}
    assert parse_text("a: [1, 2]") == {"a": [1, 2]}
    assert parse_text("a: [1") is None
    assert parse_text(unknown) is unknown


def test_off_is_whatever_is_known_not_to_be_true():
    assert is_off(None)
    assert is_off("false")
    assert not is_off("true")
    assert not is_off(unknown)
