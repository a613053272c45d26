"""What the words that rules are written in mean: ports, keys, tags, secrets, schedules."""

import base64
import json
import math

import pytest

from policy.engine.iam import statements
from policy.engine.keys import is_customer_managed_key
from policy.engine.network import covers_all_ports, matched_ports, protocol_name
from policy.engine.openapi import unauthenticated_operations
from policy.engine.resource import parse_json_or_yaml
from policy.engine.schedule import longest_gap
from policy.engine.secrets import contains_secret, decoded, secret_variables
from policy.engine.settings import PRODUCTION, Settings
from policy.engine.tags import has_tags
from policy.engine.values import is_not_true, strings
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
    assert matched_ports(protocol, first, last, [22, 443]) == admitted


def test_all_ports_are_those_of_all_protocols_or_the_whole_range():
    assert covers_all_ports("-1", None, None)
    assert covers_all_ports("tcp", 1.0, 65535.0)
    assert not covers_all_ports("tcp", 2.0, 65535.0)
    assert not covers_all_ports("icmp", None, None)
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
    assert contains_secret(PRODUCTION, f"see: {text}")
    assert not contains_secret(PRODUCTION, text[: len(text) // 3])


def test_an_environment_may_know_other_forms_of_credentials():
    chosen = Settings(secret_values=("corp-[0-9]{6}",))

    assert contains_secret(chosen, "corp-123456")
    assert list(secret_variables(chosen, {"A": "corp-123456", "B": "x", "C": unknown})) == ["A"]


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "dbPassword",
        "authToken",
        "API_TOKENS",
        "clientsecret",
        "SECRET2",
        "api-key",
    ],
)
def test_a_name_that_ends_a_word_with_a_secret_is_one(name):
    assert list(secret_variables(PRODUCTION, {name: "hunter2"})) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN_ISSUER", "acme"),
        ("TOKEN_AUDIENCE", "shop"),
        ("tokenSubject", "shop"),
        ("AUTH_TOKEN_TTL_SECONDS", "later"),
        ("JWT_TOKEN_ALGORITHM", "RS256"),
        ("PASSWORD_HASH_ROUNDS", "many"),
        ("SECRETS_BACKEND", "ssm"),
        ("SECRETS_PROVIDER", "vault"),
        ("SECRET_NAMESPACE", "shop"),
        ("ACCESS_KEY_ROTATION_DAYS", "ninety"),
        ("TOKEN_ALGORITHMS", "RS256"),
        ("TOKEN_COOKIE", "session"),
        ("TOKEN_SCOPES", "read write"),
        ("PASSWORD_POLICY", "strict"),
        ("TOKENIZER", "bpe"),
        ("SECRETARY", "Ada"),
        ("PASSWORDLESS", "always"),
        *(("TOKEN", value) for value in ("", "True", "300", "-1.5", "https://id.acme.example/a")),
    ],
)
def test_a_name_or_a_value_that_only_speaks_of_a_secret_is_none(name, value):
    assert list(secret_variables(PRODUCTION, {name: value})) == []


@pytest.mark.parametrize("value", ["123456", "https://u:pass@a.example", "https://a.example?key=a"])
def test_a_long_number_or_a_url_with_a_user_or_a_query_may_be_a_secret(value):
    assert list(secret_variables(PRODUCTION, {"TOKEN": value})) == ["TOKEN"]


def test_texts_are_found_at_any_depth_but_not_in_assets():
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x"}

    assert sorted(strings({"a": ["b", {"c": "d"}, unknown, 1.0], "e": asset})) == ["b", "d"]
    assert decoded(base64.b64encode(b"exec start").decode()) == "exec start"
    assert decoded("#!/bin/sh") == "#!/bin/sh"


def test_an_own_key_is_set_and_not_of_aws():
    assert is_customer_managed_key("arn:aws:kms:eu-west-1:1:key/a")
    assert is_customer_managed_key("alias/orders")
    assert is_customer_managed_key(unknown)
    assert not is_customer_managed_key("alias/aws/sqs")
    assert not is_customer_managed_key("arn:aws:kms:eu-west-1:1:alias/aws/sqs")
    assert not is_customer_managed_key(None)


def test_a_tag_that_is_not_known_yet_counts_as_asked():
    wanted = {"tier": "public"}
    later = resource("aws:ec2/subnet:Subnet", "a", {"tags": {"tier": unknown}})

    assert has_tags(resource("aws:ec2/subnet:Subnet", "a", {"tags": wanted}), wanted)
    assert has_tags(later, wanted)
    assert not has_tags(later, wanted, unknown=False)
    assert not has_tags(resource("aws:ec2/subnet:Subnet", "a", {}), wanted)
    assert not has_tags(later, {})


@pytest.mark.parametrize(
    ("operator", "restricts"),
    [
        ("StringEquals", True),
        ("ForAnyValue:StringLike", True),
        ("ForAllValues:StringEquals", False),
        ("StringEqualsIfExists", False),
        ("StringNotEquals", False),
        ("Null", False),
    ],
)
def test_a_condition_restricts_only_where_the_key_must_be_there_and_have_the_value(
    operator, restricts
):
    condition = {operator: {"aws:PrincipalOrgID": "o-12345"}}
    [one] = statements({"Statement": {"Effect": "Allow", "Condition": condition}})

    assert one.is_restricted_by(["aws:principalorgid"]) is restricts


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

    assert list(unauthenticated_operations(text, inherits=True)) == (
        ["ANY /orders"] if is_open else []
    )


def test_a_definition_may_be_yaml_and_is_passed_over_where_it_is_none():
    text = "paths: {/orders: {get: {}}}"
    assert list(unauthenticated_operations(text, inherits=True)) == ["GET /orders"]
    for odd in ("paths: [1]", "paths: {1: 2}", "paths: {a: {get: 5}}", "[", None, unknown):
        assert list(unauthenticated_operations(odd, inherits=True)) == []


def test_what_an_allow_leaves_over_is_given():
    [one] = statements({"Statement": {"Effect": "Allow", "NotAction": "s3:*", "NotResource": "a"}})

    assert one.allows_action("iam:PassRole")
    assert not one.allows_action("s3:GetObject")
    assert one.covers_every_resource


def test_a_text_is_json_or_yaml_or_nothing():
    assert parse_json_or_yaml('{"a": 1}') == {"a": 1}
    assert parse_json_or_yaml("a: [1, 2]") == {"a": [1, 2]}
    assert parse_json_or_yaml("a: [1") is None
    assert parse_json_or_yaml(unknown) is unknown


def test_off_is_whatever_is_known_not_to_be_true():
    assert is_not_true(None)
    assert is_not_true("false")
    assert not is_not_true("true")
    assert not is_not_true(unknown)
