from __future__ import annotations

import json

import psycopg
import pytest


@pytest.fixture(scope="module")
def cluster(cloud):
    return cloud.client("rds").create_db_cluster(
        DBClusterIdentifier="ledger",
        Engine="aurora-postgresql",
        DatabaseName="orders",
        MasterUsername="master",
        ManageMasterUserPassword=True,
    )["DBCluster"]


def secret(cloud, cluster):
    arn = cluster["MasterUserSecret"]["SecretArn"]
    found = cloud.client("secretsmanager").get_secret_value(SecretId=arn)
    return json.loads(found["SecretString"])


def connect(cluster, password):
    return psycopg.connect(
        host=cluster["Endpoint"],
        port=cluster["Port"],
        dbname="orders",
        user="master",
        password=password,
        connect_timeout=5,
    )


def test_a_cluster_is_a_server_that_takes_the_password_of_its_secret(cloud, cluster):
    found = secret(cloud, cluster)

    with connect(cluster, found["password"]) as connection:
        answer = connection.execute("select current_user").fetchone()

    assert cluster["Endpoint"] == cluster["ReaderEndpoint"] == "127.0.0.1"
    assert found["username"] == "master"
    assert answer == ("master",)
    with pytest.raises(psycopg.OperationalError):
        connect(cluster, "wrong")


def test_an_instance_has_the_clusters_address(cloud, cluster):
    instance = cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="ledger-1",
        DBClusterIdentifier="ledger",
        Engine="aurora-postgresql",
        DBInstanceClass="db.serverless",
    )["DBInstance"]

    found = cloud.client("rds").describe_db_instances(DBInstanceIdentifier="ledger-1")
    assert instance["DBInstanceIdentifier"] == "ledger-1"
    endpoint = found["DBInstances"][0]["Endpoint"]
    assert (endpoint["Address"], endpoint["Port"]) == ("127.0.0.1", cluster["Port"])


def test_an_instance_of_its_own_is_a_server_with_its_password(cloud):
    rds = cloud.client("rds")
    made = rds.create_db_instance(
        DBInstanceIdentifier="alone",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        DBName="orders",
        MasterUsername="master",
        MasterUserPassword="first-password",
    )["DBInstance"]
    [found] = rds.describe_db_instances(DBInstanceIdentifier="alone")["DBInstances"]
    server = {"Endpoint": found["Endpoint"]["Address"], "Port": found["Endpoint"]["Port"]}
    connect(server, "first-password").close()

    rds.modify_db_instance(
        DBInstanceIdentifier="alone",
        MasterUserPassword="second-password",
        DBPortNumber=6000,
        ApplyImmediately=True,
    )

    [changed] = rds.describe_db_instances(DBInstanceIdentifier="alone")["DBInstances"]
    assert changed["Endpoint"] == found["Endpoint"]
    assert len(made["DbiResourceId"]) == 29
    connect(server, "second-password").close()
    with pytest.raises(psycopg.OperationalError):
        connect(server, "first-password")
    rds.delete_db_instance(DBInstanceIdentifier="alone", SkipFinalSnapshot=True)
    with pytest.raises(psycopg.OperationalError):
        connect(server, "second-password")


def test_a_rotated_password_is_in_the_secret_and_in_the_database(cloud, cluster):
    old = secret(cloud, cluster)["password"]

    cloud.client("rds").modify_db_cluster(
        DBClusterIdentifier="ledger", RotateMasterUserPassword=True, ApplyImmediately=True
    )

    new = secret(cloud, cluster)["password"]
    assert new != old
    connect(cluster, new).close()
    with pytest.raises(psycopg.OperationalError):
        connect(cluster, old)


def test_a_deleted_cluster_is_gone_with_its_secret_and_its_server(cloud):
    rds = cloud.client("rds")
    made = rds.create_db_cluster(
        DBClusterIdentifier="short-lived",
        Engine="aurora-postgresql",
        DatabaseName="orders",
        MasterUsername="master",
        ManageMasterUserPassword=True,
    )["DBCluster"]

    rds.delete_db_cluster(DBClusterIdentifier="short-lived", SkipFinalSnapshot=True)

    with pytest.raises(psycopg.OperationalError):
        connect(made, "any")
    with pytest.raises(rds.exceptions.DBClusterNotFoundFault):
        rds.describe_db_clusters(DBClusterIdentifier="short-lived")


def test_a_deleted_cluster_can_be_made_again_at_once(cloud):
    rds = cloud.client("rds")
    settings = {
        "DBClusterIdentifier": "again",
        "Engine": "aurora-postgresql",
        "DatabaseName": "orders",
        "MasterUsername": "master",
    }
    rds.create_db_cluster(MasterUserPassword="first-password", **settings)
    rds.delete_db_cluster(DBClusterIdentifier="again", SkipFinalSnapshot=True)

    made = rds.create_db_cluster(MasterUserPassword="second-password", **settings)["DBCluster"]

    connect(made, "second-password").close()
