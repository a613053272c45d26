"""What keeps the knowledge of services, and for how long."""

from __future__ import annotations

import json
from types import SimpleNamespace as Fake

import pytest

from components.args import InvalidArgError
from components.data.database_user import DatabaseUser, DatabaseUserArgs
from components.data.document_table import DocumentTable, DocumentTableArgs
from components.data.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.data.rotation_access import RotationAccess, RotationAccessArgs
from components.data.table_indexes import KeyAttribute, KeyType
from tests.alarm_routing import ALARMS

TABLE = "aws:dynamodb/table:Table"


def _table(**changes):
    given = {"partition_key": KeyAttribute(name="sku"), "alarms": ALARMS}
    return DocumentTableArgs(**{**given, **changes})


def test_a_table_is_encrypted_protected_and_can_be_put_back(build):
    args = _table(
        sort_key=KeyAttribute(name="day", type=KeyType.NUMBER),
        ttl_attribute="gone",
        key_arn="arn:key",
    )

    made = build(lambda: DocumentTable("products", args))

    table = made.one(TABLE, "products-table")
    assert table.inputs == {
        "attributes": [{"name": "sku", "type": "S"}, {"name": "day", "type": "N"}],
        "hashKey": "sku",
        "rangeKey": "day",
        "billingMode": "PAY_PER_REQUEST",
        "pointInTimeRecovery": {"enabled": True},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": "arn:key"},
        "ttl": {"attributeName": "gone", "enabled": True},
        "deletionProtectionEnabled": True,
    }
    assert made.request(table).protect is True


def test_a_table_tells_when_it_turns_readers_or_writers_away(build):
    made = build(lambda: DocumentTable("products", _table()))

    alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert {a.name: (a.inputs["metricName"], a.inputs["dimensions"]) for a in alarms} == {
        "products-reads-throttled": ("ReadThrottleEvents", {"TableName": "products-table"}),
        "products-writes-throttled": ("WriteThrottleEvents", {"TableName": "products-table"}),
    }


def test_a_reader_of_a_table_cannot_write(build):
    grants = {}

    def program():
        table = DocumentTable("products", _table())
        grants["read"] = table.allow_read()
        grants["write"] = table.allow_read_write()

    build(program)

    [read] = grants["read"]
    [write] = grants["write"]
    assert "dynamodb:PutItem" not in read.actions
    assert set(read.actions) < set(write.actions)


def test_one_attribute_cannot_be_both_keys():
    with pytest.raises(InvalidArgError, match=r"name another attribute than the partition key"):
        _table(sort_key=KeyAttribute(name="sku"))


def _user(**changes):
    given = {
        "username": "orders_ledger",
        "host": "db.test",
        "port": 5433,
        "database_name": "ledger",
        "master_secret_arn": "arn:master",
        "rotation_function": Fake(arn="arn:rotation", function_name="rotation", role_name="role"),
        "key_arn": "arn:key",
    }
    return DatabaseUserArgs(**{**given, **changes})


def test_a_users_secret_begins_without_a_password_and_gets_one_at_once(build):
    made = build(lambda: DatabaseUser("orders-ledger-user", _user()))

    described = made.one(
        "aws:secretsmanager/secretVersion:SecretVersion", "orders-ledger-user-described"
    )
    assert json.loads(described.inputs["secretString"]["value"]) == {
        "engine": "postgres",
        "host": "db.test",
        "port": 5433,
        "dbname": "ledger",
        "username": "orders_ledger",
        "masterarn": "arn:master",
    }
    assert list(made.request(described).ignoreChanges) == ["secretString"]
    [rotation] = made.all("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotation.inputs == {
        "secretId": "orders-ledger-user-id",
        "rotationLambdaArn": "arn:rotation",
        "rotateImmediately": True,
        "rotationRules": {"automaticallyAfterDays": 30},
    }


def test_the_rotation_reaches_secrets_with_its_tag_and_those_of_master_users(build):
    args = RotationAccessArgs(
        function=_user().rotation_function,
        account_id="123456789012",
        region="eu-west-1",
        key_arn="arn:key",
    )

    made = build(lambda: (RotationAccess("rotation", args), DatabaseUser("orders-ledger", _user())))

    [policy] = made.all("aws:iam/rolePolicy:RolePolicy")
    tagged, masters, key = json.loads(policy.inputs["policy"])["Statement"]
    every = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
    assert (tagged["Resource"], masters["Resource"]) == ([f"{every}*"], [f"{every}rds!*"])
    assert tagged["Condition"] == {"StringEquals": {"aws:ResourceTag/rotated-by": "rotation"}}
    assert not {one for one in masters["Action"] if "Get" not in one and "Describe" not in one}
    assert key["Resource"] == ["arn:key"]
    [permission] = made.all("aws:lambda/permission:Permission")
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "rotation",
        "principal": "secretsmanager.amazonaws.com",
        "sourceAccount": "123456789012",
        "sourceArn": f"{every}*",
    }
    [secret] = made.all("aws:secretsmanager/secret:Secret")
    assert secret.inputs["tags"] == {"rotated-by": "rotation", "master-secret": "arn:master"}


def test_the_first_rotation_waits_for_its_permissions(build):
    function = _user().rotation_function

    def program():
        args = RotationAccessArgs(function=function, account_id="1", region="eu-west-1")
        DatabaseUser("ledger", _user(ready=[RotationAccess("rotation", args)]))

    made = build(program)

    rotation = made.one("aws:secretsmanager/secretRotation:SecretRotation", "ledger-schedule")
    waits = {urn.rpartition("::")[2] for urn in made.request(rotation).dependencies}
    assert {"rotation-policy", "rotation-invoked", "ledger-described"} <= waits


def test_behind_a_proxy_each_login_user_has_a_secret_and_a_first_rotation_at_once(build):
    made = build(lambda: DatabaseUser("ledger", _user(proxied=True, tags={"service": "orders"})))

    secrets = {one.name: one.inputs for one in made.all("aws:secretsmanager/secret:Secret")}
    assert secrets.keys() == {"ledger", "ledger-login-a", "ledger-login-b"}
    assert secrets["ledger-login-b"]["description"] == "The database user orders_ledger_b"
    assert secrets["ledger"]["tags"] == {
        "service": "orders",
        "rotated-by": "rotation",
        "login-secret-a": "arn:aws:test:::ledger-login-a",
        "login-secret-b": "arn:aws:test:::ledger-login-b",
        "master-secret": "arn:master",
    }
    [rotation] = made.all("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotation.inputs["rotationRules"] == {"scheduleExpression": "rate(30 days)"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rotation_days": 91}, "use 1 to 90"),
        ({"username": "a" * 62}, "use at most 61 letters"),
        ({"username": "orders-ledger"}, "use at most 61 letters"),
        ({"username": "a" * 31, "engine": "mysql"}, "use at most 30 letters"),
    ],
)
def test_a_user_that_postgresql_would_refuse_is_refused_at_once(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        _user(**changes)


def test_a_key_is_renewed_and_used_by_the_account_alone(build):
    args = EncryptionKeyArgs(account_id="123456789012", region="eu-west-1")

    made = build(lambda: EncryptionKey("prod", args))

    [key] = made.all("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    account, logs, alarms, buses = json.loads(key.inputs["policy"])["Statement"]
    assert account["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    for statement in (alarms, buses):
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_a_key_that_is_gone_before_anyone_notices_is_refused():
    with pytest.raises(InvalidArgError, match="use 14 to 30"):
        EncryptionKeyArgs(account_id="1", region="r", deletion_window_days=7)


def test_without_a_key_of_ones_own_nobody_needs_a_permission_for_it(build):
    grants = []

    def program():
        user = DatabaseUser("orders-ledger-user", _user(key_arn=None))
        grants.extend(user.allow_read())

    build(program)

    assert [grant.actions for grant in grants] == [
        ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    ]
