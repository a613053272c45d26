"""A proxy and the readers of a cluster lead to the cluster's server."""

from __future__ import annotations

import json

import pytest

from tests.localcloud.aws.rds.clients import CLIENTS, REFUSED, install_mariadb
from tests.localcloud.aws.rds.databases import (
    add_reader,
    eventually_new,
    make,
    make_proxy,
    port_of,
    run_step,
)


@pytest.fixture(scope="module", autouse=True)
def _installed():
    install_mariadb()


@pytest.mark.parametrize(
    ("engine", "family"), [("aurora-postgresql", "POSTGRESQL"), ("aurora-mysql", "MYSQL")]
)
def test_readers_and_proxies_lead_to_the_server_of_the_cluster(cloud, engine, family):
    rds, use, name = cloud.client("rds"), CLIENTS[engine], f"shared-{engine}"
    port = make(rds, name, engine)
    reader = add_reader(rds, name, engine, "reader")
    proxy = make_proxy(cloud, f"{name}-proxy", family)

    rds.register_db_proxy_targets(DBProxyName=f"{name}-proxy", DBClusterIdentifiers=[name])

    use(proxy, "first-password", "CREATE TABLE kept (id int)")
    assert use(port_of(rds, reader), "first-password", "SELECT count(*) FROM kept") == (0,)
    rds.modify_db_cluster(
        DBClusterIdentifier=name, MasterUserPassword="second-password", ApplyImmediately=True
    )
    use(proxy, "second-password")
    with pytest.raises(REFUSED):
        use(proxy, "first-password")
    targets = rds.describe_db_proxy_targets(DBProxyName=f"{name}-proxy")["Targets"]
    assert {(one["RdsResourceId"], one.get("Role"), one["Port"]) for one in targets} == {
        (name, None, port),
        (f"{name}-writer", "READ_WRITE", port),
        (f"{name}-reader", "READ_ONLY", port),
    }
    rds.delete_db_proxy(DBProxyName=f"{name}-proxy")
    with pytest.raises(REFUSED):
        use(proxy, "second-password")


def test_the_rotation_of_a_user_works_through_a_proxy(cloud, workers, make_function, monkeypatch):
    monkeypatch.setenv("DATABASE_SSLMODE", "prefer")
    rds, secrets = cloud.client("rds"), cloud.client("secretsmanager")
    made = rds.create_db_instance(
        DBInstanceIdentifier="rotated", Engine="mysql", DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20, DBName="orders", MasterUsername="master",
        ManageMasterUserPassword=True,
    )["DBInstance"]  # fmt: skip
    proxy = make_proxy(cloud, "rotated-proxy", "MYSQL")
    rds.register_db_proxy_targets(DBProxyName="rotated-proxy", DBInstanceIdentifiers=["rotated"])
    user = {
        "engine": "mysql", "host": "127.0.0.1", "port": proxy, "dbname": "orders",
        "username": "app", "password": "unset", "masterarn": made["MasterUserSecret"]["SecretArn"],
    }  # fmt: skip
    secrets.create_secret(Name="app-user", SecretString=json.dumps(user))
    workers.answer = lambda _path, event: run_step(secrets, event)
    function = make_function("user-rotation")["FunctionArn"]

    seen = [user]
    for _ in range(3):
        secrets.rotate_secret(SecretId="app-user", RotationLambdaARN=function)
        found = eventually_new(secrets, "app-user", seen)
        query = "CREATE TABLE IF NOT EXISTS kept (id int)"
        CLIENTS["mysql"](proxy, found["password"], query, found["username"])
        seen.append(found)

    assert [one["username"] for one in seen] == ["app", "app_a", "app_b", "app_a"]
    CLIENTS["mysql"](proxy, seen[2]["password"], user="app_b")  # clients may still be connected
    with pytest.raises(REFUSED):
        CLIENTS["mysql"](proxy, seen[1]["password"], user="app_a")
