"""A master user whose password a function rotates, as an instance with read replicas needs."""

from __future__ import annotations

import json
import time

import pytest

from localcloud.aws.rds.overrides import databases
from tests.localcloud.aws.rds.clients import CLIENTS, REFUSED, install_mariadb
from tests.localcloud.aws.rds.databases import eventually_new, port_of, run_step


@pytest.fixture(scope="module", autouse=True)
def _installed():
    install_mariadb()


def test_a_master_password_passes_from_rds_to_a_rotation_and_outlives_a_restart(
    cloud, workers, make_function, monkeypatch
):
    monkeypatch.setenv("DATABASE_SSLMODE", "prefer")
    rds, secrets, use = cloud.client("rds"), cloud.client("secretsmanager"), CLIENTS["mysql"]
    name = "own-master"
    rds.create_db_instance(
        DBInstanceIdentifier=name, Engine="mysql", DBInstanceClass="db.t4g.micro", DBName="orders",
        AllocatedStorage=20, MasterUsername="master", BackupRetentionPeriod=7,
        ManageMasterUserPassword=True,
    )  # fmt: skip

    rds.modify_db_instance(
        DBInstanceIdentifier=name,
        ManageMasterUserPassword=False,
        MasterUserPassword="initial-password",
        ApplyImmediately=True,
    )
    rds.create_db_instance_read_replica(
        DBInstanceIdentifier=f"{name}-replica", SourceDBInstanceIdentifier=name
    )
    [found] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    assert "MasterUserSecret" not in found
    port = port_of(rds, name)
    use(port, "initial-password")
    master = {
        "engine": "mysql", "host": "127.0.0.1", "port": port, "dbname": "orders",
        "username": "master", "password": "initial-password",
    }  # fmt: skip
    secrets.create_secret(Name=f"{name}-master", SecretString=json.dumps(master))
    workers.answer = lambda _path, event: run_step(secrets, event)
    function = make_function(f"{name}-rotation")["FunctionArn"]

    secrets.rotate_secret(SecretId=f"{name}-master", RotationLambdaARN=function)
    rotated = eventually_new(secrets, f"{name}-master", [master])
    databases.resume()  # as after a restart
    time.sleep(1)

    assert rotated["username"] == "master"
    use(port_of(rds, f"{name}-replica"), rotated["password"])
    with pytest.raises(REFUSED):
        use(port, "initial-password")
