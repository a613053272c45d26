"""Every engine of RDS is a server, and its replicas have its address."""

from __future__ import annotations

import json
import socket

import pytest
from botocore.exceptions import ClientError

from localcloud.engines import desired
from localcloud.engines.catalog import ENGINES
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.aws.rds.clients import CLIENTS, REFUSED, install_mariadb
from tests.localcloud.aws.rds.databases import MASTER, eventually, make, make_proxy, port_of


@pytest.fixture(scope="module", autouse=True)
def _installed():
    install_mariadb()


def test_an_instance_takes_a_changed_password(cloud):
    rds, use = cloud.client("rds"), CLIENTS["mariadb"]
    port = make(rds, "changed", "mariadb")
    assert use(port, "first-password", "SELECT current_user()") == ("master@%",)
    use(port, "first-password", "CREATE TABLE kept (id int)")

    rds.modify_db_instance(
        DBInstanceIdentifier="changed",
        MasterUserPassword="second-password",
        ApplyImmediately=True,
    )

    assert use(port, "second-password", "SELECT count(*) FROM kept") == (0,)
    with pytest.raises(REFUSED):
        use(port, "first-password")
    rds.delete_db_instance(DBInstanceIdentifier="changed", SkipFinalSnapshot=True)
    with pytest.raises(REFUSED):
        use(port, "second-password")


@pytest.mark.parametrize("engine", ["aurora-mysql", "mysql"])
def test_a_managed_password_is_rotated_in_the_secret_and_in_the_database(cloud, engine):
    rds, secrets = cloud.client("rds"), cloud.client("secretsmanager")
    managed = {"ManageMasterUserPassword": True, "MasterUserPassword": ""}
    wanted = {key: value for key, value in {**MASTER, **managed}.items() if value}
    name, use = f"managed-{engine}", CLIENTS[engine]
    if engine.startswith("aurora-"):
        made = rds.create_db_cluster(
            DBClusterIdentifier=name, Engine=engine, DatabaseName="orders", **wanted
        )["DBCluster"]
        port = made["Port"]
    else:
        made = rds.create_db_instance(
            DBInstanceIdentifier=name, Engine=engine, DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20, DBName="orders", **wanted,
        )["DBInstance"]  # fmt: skip
        port = port_of(rds, name)

    def password():
        found = secrets.get_secret_value(SecretId=made["MasterUserSecret"]["SecretArn"])
        return json.loads(found["SecretString"])["password"]

    old = password()
    use(port, old)
    secrets.rotate_secret(SecretId=made["MasterUserSecret"]["SecretArn"])

    use(port, password())
    assert password() != old
    with pytest.raises(REFUSED):
        use(port, old)


def test_a_replica_is_the_server_of_its_source(cloud):
    rds, use = cloud.client("rds"), CLIENTS["mysql"]
    port = make(rds, "source", "mysql", BackupRetentionPeriod=7)

    rds.create_db_instance_read_replica(
        DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="source"
    )

    [source, replica] = (
        rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        for name in ("source", "replica")
    )
    assert port_of(rds, "replica") == port
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == "source"
    assert source["ReadReplicaDBInstanceIdentifiers"] == ["replica"]
    assert replica["DbiResourceId"] != source["DbiResourceId"]
    refused = {
        "modify_db_instance": {"MasterUserPassword": "own-password"},
        "promote_read_replica": {},
    }
    for operation, settings in refused.items():
        with pytest.raises(ClientError, match=r"from its parent|the same server"):
            getattr(rds, operation)(DBInstanceIdentifier="replica", **settings)
    with pytest.raises(ClientError, match="read replicas replica"):
        rds.delete_db_instance(DBInstanceIdentifier="source", SkipFinalSnapshot=True)
    rds.delete_db_instance(DBInstanceIdentifier="replica", SkipFinalSnapshot=True)
    use(port, "first-password")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"ManageMasterUserPassword": True}, "ManageMasterUserPassword is enabled"),
        ({"MasterUserPassword": "first-password", "BackupRetentionPeriod": 0}, "Automated backups"),
    ],
)
def test_what_rds_does_not_replicate_is_refused(cloud, settings, reason):
    rds = cloud.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="unreplicated", Engine="oracle-se2", MasterUsername="master",
        DBInstanceClass="db.t4g.micro", AllocatedStorage=20, **settings,
    )  # fmt: skip

    with pytest.raises(ClientError, match=reason):
        rds.create_db_instance_read_replica(
            DBInstanceIdentifier="none", SourceDBInstanceIdentifier="unreplicated"
        )

    rds.delete_db_instance(DBInstanceIdentifier="unreplicated", SkipFinalSnapshot=True)


def test_a_cluster_and_an_instance_of_one_name_are_two_servers_and_keep_them_when_renamed(cloud):
    rds, use = cloud.client("rds"), CLIENTS["postgres"]
    cluster = make(rds, "namesake", "aurora-postgresql")
    instance = make(rds, "namesake", "postgres", MasterUserPassword="other-password")
    assert cluster != instance

    rds.modify_db_instance(
        DBInstanceIdentifier="namesake", NewDBInstanceIdentifier="renamed", ApplyImmediately=True
    )
    rds.modify_db_cluster(
        DBClusterIdentifier="namesake", NewDBClusterIdentifier="moved", ApplyImmediately=True
    )

    use(port_of(rds, "renamed"), "other-password")
    use(port_of(rds, "namesake-writer"), "first-password")
    rds.delete_db_instance(DBInstanceIdentifier="renamed", SkipFinalSnapshot=True)
    use(cluster, "first-password")
    rds.delete_db_instance(DBInstanceIdentifier="namesake-writer", SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier="moved", SkipFinalSnapshot=True)
    with pytest.raises(REFUSED):
        use(cluster, "first-password")


@pytest.mark.parametrize(
    ("engine", "license_", "server"),
    [
        ("sqlserver-se", "license-included", "sqlserver"),
        ("oracle-se2", "license-included", "oracle"),
        ("db2-se", "bring-your-own-license", "db2"),
    ],
)
def test_an_instance_whose_engine_cannot_be_installed_turns_its_service_off(
    cloud, engine, license_, server
):
    rds, name = cloud.client("rds"), f"none-{server}"
    made = rds.create_db_instance(
        DBInstanceIdentifier=name, Engine=engine, DBInstanceClass="db.m6i.large",
        AllocatedStorage=20, Tags=[{"Key": "service", "Value": "ledger"}], **MASTER,
    )["DBInstance"]  # fmt: skip

    found = {(one.identifier, one.engine, one.service) for one in desired.servers(cloud.layout)}
    assert (name, server, "ledger") in found
    assert ENGINES[server].find() is None
    assert made["LicenseModel"] == license_
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port_of(rds, name)), 5)
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    assert name not in {one.identifier for one in desired.servers(cloud.layout)}


def test_databases_and_proxies_survive_the_death_of_the_control_process(tmp_path):
    process = ControlProcess(tmp_path)
    process.start()
    try:
        rds = process.client("rds")
        port = make(rds, "kept", "mysql")
        CLIENTS["mysql"](port, "first-password", "CREATE TABLE kept (id int)")
        proxy = make_proxy(process, "kept-proxy", "MYSQL")
        rds.register_db_proxy_targets(DBProxyName="kept-proxy", DBInstanceIdentifiers=["kept"])

        process.kill()
        process.start()

        assert port_of(process.client("rds"), "kept") == port
        assert eventually(CLIENTS["mysql"], proxy, "first-password", "SELECT count(*) FROM kept")
    finally:
        process.stop()
