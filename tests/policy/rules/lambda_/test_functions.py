"""Tests of policy.rules.lambda_.functions."""

from datetime import date, timedelta

import pytest

from policy.rules.lambda_ import functions as rules
from policy.testing import check, messages, resource, stack, unknown

TYPE = "aws:lambda/function:Function"
WHOLE = {
    "runtime": "python3.13",
    "handler": "handler.handler",
    "role": "arn:aws:iam::1:role/catalog",
    "environment": {"variables": {"CATALOG_TABLE": "catalog", "CATALOG_SECRET_ARN": "arn:aws:a"}},
    "kmsKeyArn": "arn:aws:kms:eu-west-1:1:key/a",
    "codeSigningConfigArn": "arn:aws:lambda:eu-west-1:1:code-signing-config:a",
}


def test_lambda_runtime_supported():
    check(
        rules.lambda_runtime_supported,
        TYPE,
        WHOLE,
        kept=[{"runtime": None, "packageType": "Image"}, {"runtime": "nodejs24.x"}],
        broken=[{"runtime": "python3.8"}, {"runtime": "python3.10"}, {"runtime": "go1.x"}],
        unknown_at=["runtime"],
    )


def test_lambda_runtime_near_end():
    check(
        rules.lambda_runtime_near_end,
        TYPE,
        WHOLE,
        kept=[{"runtime": None, "packageType": "Image"}, {"runtime": "python3.8"}],
        broken=[],
        unknown_at=["runtime"],
    )


@pytest.mark.parametrize(
    ("days", "ended", "near"),
    [(-1, True, False), (0, True, False), (1, False, True), (30, False, True), (31, False, False)],
)
def test_a_runtime_is_near_its_end_first_and_out_of_support_from_that_day(days, ended, near):
    today = date(2029, 6, 15)
    end = today + timedelta(days=days)
    ends = {"endsOn": {"python3.13": end.isoformat()}, "noticeDays": 30}
    function = resource(TYPE, "shop", WHOLE)

    ended_now = messages(rules.lambda_runtime_supported, function, params=ends, today=today)
    assert bool(ended_now) == ended
    said = messages(rules.lambda_runtime_near_end, function, params=ends, today=today)
    assert bool(said) == near
    assert not near or f"'shop' must use a newer runtime before {end}" in said[0]


def test_a_date_that_is_none_ends_nothing():
    params = {"endsOn": {"python3.13": "next summer"}}

    assert (
        messages(rules.lambda_runtime_supported, resource(TYPE, "shop", WHOLE), params=params) == []
    )


def test_lambda_code_signing():
    check(
        rules.lambda_code_signing,
        TYPE,
        WHOLE,
        kept=[{"codeSigningConfigArn": None, "packageType": "Image"}],
        broken=[{"codeSigningConfigArn": None}],
        unknown_at=["codeSigningConfigArn"],
    )


def test_lambda_near_data_in_vpc():
    def function(**changes):
        props = {
            "role": "arn:aws:iam::1:role/shop",
            "runtime": "python3.13",
            "environment": {"variables": {"DB": "orders.rds"}},
        }
        return resource("aws:lambda/function:Function", "shop", props | changes)

    database = resource(
        "aws:rds/cluster:Cluster",
        "orders",
        {"engine": "aurora-postgresql", "endpoint": "orders.rds"},
    )
    joined = {"shop": {"environment": [database]}}
    inside = {"vpcConfig": {"subnetIds": ["a"], "securityGroupIds": ["sg-1"]}}
    later = function(environment=unknown)

    rule = rules.lambda_near_data_in_vpc
    assert messages(rules.lambda_near_data_in_vpc, stack(function(**inside), database)) == []
    assert messages(rule, stack(function(vpcConfig=unknown), database)) == []
    assert messages(rule, stack(function(environment=None), database)) == []
    assert messages(rule, stack(later, database)) == []
    assert "'shop' must run in" in messages(rule, stack(function(), database))[0]
    assert messages(rule, stack(later, database, property_dependencies=joined))
