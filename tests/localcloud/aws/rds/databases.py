"""Databases and proxies for the tests of this folder."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from components.data.rotation.handler import Rotation, connect, rotate
from tests.localcloud.aws.rds.clients import REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable

MASTER = {"MasterUsername": "master", "MasterUserPassword": "first-password"}
ROLE = "arn:aws:iam::000000000000:role/proxy"


def make(rds: Any, name: str, engine: str, **settings: Any) -> int:
    """Create an instance, or a cluster of Aurora with one instance, and return its port."""
    wanted = {**MASTER, **settings}
    if engine.startswith("aurora-"):
        cluster = rds.create_db_cluster(
            DBClusterIdentifier=name, Engine=engine, DatabaseName="orders", **wanted
        )["DBCluster"]
        add_reader(rds, name, engine, "writer")
        return cluster["Port"]
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        Engine=engine,
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        DBName="orders",
        **wanted,
    )
    return port_of(rds, name)


def add_reader(rds: Any, cluster: str, engine: str, role: str) -> str:
    rds.create_db_instance(
        DBInstanceIdentifier=f"{cluster}-{role}",
        DBClusterIdentifier=cluster,
        Engine=engine,
        DBInstanceClass="db.serverless",
    )
    return f"{cluster}-{role}"


def port_of(rds: Any, name: str) -> int:
    [found] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    assert found["Endpoint"]["Address"] == "127.0.0.1"
    return found["Endpoint"]["Port"]


def eventually(use: Callable[..., Any], *arguments: Any) -> Any:
    """Retry while the servers start in the background."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return use(*arguments)
        except REFUSED:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def make_proxy(cloud: Any, name: str, family: str) -> int:
    found = cloud.client("ec2").describe_subnets(
        Filters=[{"Name": "default-for-az", "Values": ["true"]}]
    )
    subnets = [item["SubnetId"] for item in found["Subnets"]]
    made = cloud.client("rds").create_db_proxy(
        DBProxyName=name,
        EngineFamily=family,
        RoleArn=ROLE,
        VpcSubnetIds=subnets[:2],
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:eu-west-1:0:secret"}],
        RequireTLS=True,
    )["DBProxy"]
    host, port = made["Endpoint"].split(":")
    assert host == "127.0.0.1"
    return int(port)


def run_step(secrets, event):
    rotate(event, Rotation(secrets, connect, event["SecretId"], event["ClientRequestToken"]))
    return {}, b"null"


def eventually_new(secrets, name, seen):
    """Return the credentials once they are none of *seen* and the rotation is over."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
        stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"].values()
        if found not in seen and ["AWSPENDING"] not in stages:
            time.sleep(0.2)
            return found
        time.sleep(0.05)
    raise AssertionError("the secret was not rotated in time")
