"""A secret of a service is rotated in four steps, each of which may be repeated."""

import boto3
import pytest
from kit.rotation import STEPS, RotationError, rotate


@pytest.fixture
def secret(aws):
    return boto3.client("secretsmanager").create_secret(Name="key")["ARN"]


def _value(secret, stage="AWSCURRENT"):
    found = boto3.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage=stage)
    return found["SecretString"]


def _run(secret, step, *, create=lambda current: f"after {current}", **more):
    token = "a" * 32
    rotate({"SecretId": secret, "ClientRequestToken": token, "Step": step}, create, **more)


def test_clients_get_the_new_value_after_it_was_enabled_and_tested(secret):
    boto3.client("secretsmanager").put_secret_value(SecretId=secret, SecretString="first")
    seen = []

    def see(what):
        return lambda value: seen.append((what, value, _value(secret)))

    for step in [one for each in STEPS for one in (each, each)]:
        _run(secret, step, enable=see("enabled"), test=see("tested"))

    enabled, tested = (("enabled", "after first", "first"), ("tested", "after first", "first"))
    assert seen == [enabled, enabled, tested, tested]
    assert (_value(secret), _value(secret, "AWSPREVIOUS")) == ("after first", "first")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("createSecret", "has no value to rotate: set one by bulkhead secret set"),
        ("setSecret", "createSecret comes first"),
        ("dance", "'dance' is unknown: use one of createSecret, setSecret"),
    ],
)
def test_a_step_that_cannot_be_done_says_why(secret, step, told):
    with pytest.raises(RotationError, match=told):
        _run(secret, step)


def test_a_schedule_is_tested_before_the_first_rotation(secret):
    _run(secret, "testSecret", test=pytest.fail)
