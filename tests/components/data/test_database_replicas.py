"""Read replicas of instances of RDS."""

from __future__ import annotations

import json
from types import SimpleNamespace as Fake

import pytest

from components.data import engines
from components.data.database_instance import DatabaseInstance
from components.data.master_user import MasterRotation
from tests.components.data.instances import ALARM, INSTANCE, instance_args


def test_replicas_are_like_their_source_and_watched_for_lag(build):
    outputs = []
    args = instance_args(
        engine=engines.SQLSERVER, edition="enterprise", database_name=None, read_replicas=2
    )

    made = build(lambda: outputs.append(DatabaseInstance("ledger", args)))

    source = made.one(INSTANCE, "ledger-instance").inputs
    replica = made.one(INSTANCE, "ledger-replica-2").inputs
    assert replica["replicateSourceDb"] == "ledger-instance"
    assert "manageMasterUserPassword" not in replica
    shared = ["instanceClass", "port", "enabledCloudwatchLogsExports", "vpcSecurityGroupIds"]
    assert {key: replica[key] for key in shared} == {key: source[key] for key in shared}
    hosts = made.outputs[next(urn for urn in made.outputs if urn.endswith("::ledger"))]
    assert hosts["reader_host"] == "ledger-replica-1.rds.test,ledger-replica-2.rds.test"
    assert made.one(ALARM, "ledger-replica-2-lag").inputs["metricName"] == "ReplicaLag"


@pytest.mark.parametrize(
    ("engine", "user"), [("POSTGRESQL", "postgres"), ("MYSQL", "mysql"), ("MARIADB", "mariadb")]
)
def test_the_master_password_of_an_instance_with_replicas_is_rotated(build, engine, user):
    outputs = []
    function = Fake(arn="arn:rotation", function_name="rotation", role_name="role")
    rotation = MasterRotation(function=function, days=7)
    args = instance_args(engine=getattr(engines, engine), read_replicas=1, rotation=rotation)

    made = build(lambda: outputs.append(DatabaseInstance("ledger", args)))

    source = made.one(INSTANCE, "ledger-instance").inputs
    assert not {"manageMasterUserPassword", "masterUserSecretKmsKeyId", "password"} & set(source)
    secret = made.one("aws:secretsmanager/secret:Secret", "ledger-master").inputs
    assert (secret["kmsKeyId"], secret["tags"]) == ("arn:key", {"rotated-by": "rotation"})
    initial, described = made.all("aws:secretsmanager/secretVersion:SecretVersion")
    password = json.loads(initial.inputs["secretString"]["value"])["password"]
    assert (source["passwordWo"]["value"], source["passwordWoVersion"]) == (password, 1)
    assert len(password) >= 48
    assert json.loads(described.inputs["secretString"]["value"]) == {
        "engine": user,
        "host": "ledger-instance.rds.test",
        "port": getattr(engines, engine).port,
        "dbname": "ledger",
        "username": source["username"],
        "password": password,
    }
    for version, label in ((initial, "initial"), (described, "described")):
        assert version.inputs["versionStages"] == ["AWSCURRENT", label]
        assert list(made.request(version).ignoreChanges) == ["secretString", "versionStages"]
    [schedule] = made.all("aws:secretsmanager/secretRotation:SecretRotation")
    assert schedule.inputs == {
        "secretId": "ledger-master-id",
        "rotationLambdaArn": "arn:rotation",
        "rotateImmediately": True,
        "rotationRules": {"automaticallyAfterDays": 7},
    }
