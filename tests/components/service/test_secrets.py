"""Secrets, variables and parameters of a service's own."""

import dataclasses
import json

import pytest

from components.args import InvalidArgError
from components.data.service_secret import ServiceSecretArgs
from components.microservice import Microservice
from components.service.args import MicroserviceArgs
from components.service.function import FunctionCompute
from components.service.kinds import Store, StoreAccess
from components.service.platform import DataProtection
from components.service.secret_ages import MAX_SECRETS, SecretAges, SecretAgesArgs
from components.service.secret_rotation import RotationCode
from tests.alarm_routing import ALARMS

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FUNCTION = "aws:lambda/function:Function"
POLICY = "aws:iam/rolePolicy:RolePolicy"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


KEY = "arn:aws:test:::pay-key-secret"


def _no_store(_context):
    return StoreAccess(environment={"BOX_TABLE": "box"}, statements=[])


@pytest.fixture
def made(build, platform, archive):
    def define(protection=None, **given):
        shared = dataclasses.replace(platform, data_protection=protection or DataProtection())
        args = MicroserviceArgs(
            description="Pays.",
            owner="team",
            tier="standard",
            platform=shared,
            compute=FunctionCompute(archive=archive),
            **given,
        )
        return build(lambda: Microservice("pay", args))

    return define


def _statements(made, role):
    policy = json.loads(made.one(POLICY, f"{role}-role-policy").inputs["policy"])
    return {tuple(one["Action"]): one["Resource"] for one in policy["Statement"]}


def test_a_service_reads_its_secrets_and_their_values_are_set_elsewhere(made):
    found = made(secrets={"stripe-key": 90, "other": None})

    assert found.one(SECRET, "pay-stripe-key-secret").inputs == {
        "description": "stripe-key: its value is set by bulkhead secret set",
        "kmsKeyId": "arn:key",
        "recoveryWindowInDays": 30,
        "tags": {"service": "pay", "owner": "team", "tier": "standard", "secret": "stripe-key"},
    }
    assert found.all(VERSION) == []
    variables = found.one(FUNCTION, "pay-function").inputs["environment"]["variables"]
    assert variables["STRIPE_KEY_SECRET_ARN"] == "arn:aws:test:::pay-stripe-key-secret"
    assert variables["OTHER_SECRET_ARN"] == "arn:aws:test:::pay-other-secret"
    read = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
    assert _statements(found, "pay")[read] == ["arn:aws:test:::pay-other-secret"]
    alarms = {alarm.name: alarm.inputs for alarm in found.all(ALARM) if "-old" in alarm.name}
    assert list(alarms) == ["pay-stripe-key-old"]
    assert alarms["pay-stripe-key-old"]["threshold"] == 90
    assert alarms["pay-stripe-key-old"]["metricName"] == "AgeDays"


@pytest.mark.parametrize("stores", [{}, {"box": Store(define=_no_store, in_network=True)}])
def test_a_secret_is_rotated_by_code_that_may_reach_no_other(made, archive, stores):
    code = RotationCode(archive=archive, handler="renewal.handler", days=30)

    found = made(secrets={"key": None, "other": 90}, rotations={"key": code}, stores=stores)

    function = found.one(FUNCTION, "pay-key-rotation-function").inputs
    assert function["handler"] == "renewal.handler"
    assert function["environment"]["variables"]["KEY_SECRET_ARN"] == KEY
    assert "OTHER_SECRET_ARN" not in function["environment"]["variables"]
    assert ("vpcConfig" in function) is bool(stores)
    allowed = _statements(found, "pay-key-rotation")
    assert {action for actions, on in allowed.items() if on == [KEY] for action in actions} == {
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
    }
    assert not [on for on in allowed.values() if "arn:aws:test:::pay-other-secret" in on]
    permission = found.one("aws:lambda/permission:Permission", "pay-key-rotation-invoked").inputs
    assert (permission["sourceArn"], permission["sourceAccount"]) == (KEY, "123456789012")
    [schedule] = found.all("aws:secretsmanager/secretRotation:SecretRotation")
    assert schedule.inputs["rotateImmediately"] is False
    assert schedule.inputs["rotationRules"] == {"automaticallyAfterDays": 30}


def test_an_interval_that_no_policy_allows_is_refused(archive):
    with pytest.raises(InvalidArgError, match="use 1 to 90"):
        RotationCode(archive=archive, handler="renewal.handler", days=91)


def test_an_environment_without_schedules_has_no_alarms_on_ages(made):
    protection = DataProtection(deletion_protection=False, secret_age_alarms=False)

    found = made(protection, secrets={"stripe-key": 90})

    assert not [alarm.name for alarm in found.all(ALARM) if "-old" in alarm.name]
    assert found.one(SECRET, "pay-stripe-key-secret").inputs["recoveryWindowInDays"] == 0


def test_a_service_reads_exactly_its_parameters(made):
    found = made(parameters={"rates": "/shop/rates"}, variables={"FLAG": "on"})

    variables = found.one(FUNCTION, "pay-function").inputs["environment"]["variables"]
    assert (variables["RATES_PARAMETER"], variables["FLAG"]) == ("/shop/rates", "on")
    arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/rates"
    assert _statements(found, "pay")["ssm:GetParameter",] == [arn]


def test_ages_are_measured_every_hour(build, archive):
    args = SecretAgesArgs(secret_arns=["arn:s"], archive=archive, alarms=ALARMS, key_arn="arn:key")

    found = build(lambda: SecretAges("ages", args))

    [rule] = found.all("aws:cloudwatch/eventRule:EventRule")
    [target] = found.all("aws:cloudwatch/eventTarget:EventTarget")
    assert rule.inputs["scheduleExpression"] == "rate(1 hour)"
    assert target.inputs["arn"] == "arn:aws:test:::ages-function"
    assert json.loads(target.inputs["input"]) == {"secrets": ["arn:s"]}
    assert _statements(found, "ages")["secretsmanager:ListSecretVersionIds",] == ["arn:s"]
    [config] = found.all("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    assert config.inputs["destinationConfig"] == {"onFailure": {"destination": "arn:tickets"}}


def test_each_event_names_as_many_secrets_as_it_can_hold(build, archive):
    arns = [f"arn:{number}" for number in range(76)]
    args = SecretAgesArgs(secret_arns=arns, archive=archive, alarms=ALARMS, key_arn="k")

    found = build(lambda: SecretAges("ages", args))

    targets = found.all("aws:cloudwatch/eventTarget:EventTarget")
    named = [json.loads(target.inputs["input"])["secrets"] for target in targets]
    assert [target.name for target in targets] == ["ages-target", "ages-target-2"]
    assert named == [arns[:75], arns[75:]]


@pytest.mark.parametrize("count", [0, MAX_SECRETS + 1])
def test_the_targets_of_a_rule_name_all_secrets(archive, count):
    with pytest.raises(InvalidArgError, match=f"use 1 to {MAX_SECRETS}"):
        SecretAgesArgs(secret_arns=["a"] * count, archive=archive, alarms=ALARMS, key_arn="k")


def test_an_age_is_a_number_of_days():
    with pytest.raises(InvalidArgError, match="use 1 to 9999"):
        ServiceSecretArgs(name="key", alarms=ALARMS, max_age_days=0)
