"""What is measured of databases."""

from __future__ import annotations

from contextlib import closing
from types import SimpleNamespace

import psycopg
import pymysql
import pytest
from moto.rds.models import rds_backends

from localcloud.aws.rds import metrics
from localcloud.aws.rds.overrides import servers
from localcloud.aws.samples import Samples
from localcloud.engines import mariadb
from localcloud.layout import Layout
from localcloud.measurements import MEASUREMENTS
from tests.localcloud.measured import measured

WANTED = {
    "master_username": "master",
    "master_password": "secret",
    "database_name": "orders",
    "service": "",
}
CLIENT = {"user": "master", "password": "secret"}


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Start a cluster of an engine; there is another one without a server."""
    monkeypatch.setattr(metrics, "_samples", Samples())
    servers.install(Layout(tmp_path), start_here=True)
    kept = rds_backends["000000000000"]["eu-west-1"].clusters

    def start(engine):
        found = [
            SimpleNamespace(engine=engine, db_cluster_identifier=name, tags=())
            for name in ("orders", "unmade")
        ]
        kept.update({one.db_cluster_identifier: one for one in found})
        return servers.create(found[0], WANTED)

    yield start
    for name in ("orders", "unmade"):
        kept.pop(name, None)
    servers.stop()
    servers._engines.clear()


@pytest.mark.parametrize(
    ("engine", "connect"),
    [
        ("aurora-postgresql", lambda at: psycopg.connect(**at, **CLIENT, dbname="orders")),
        pytest.param(
            "aurora-mysql",
            lambda at: pymysql.connect(**at, **CLIENT),
            marks=pytest.mark.skipif(mariadb.find() is None, reason="no MariaDB"),
        ),
    ],
)
def test_databases_that_run_are_measured_once_a_minute(started, monkeypatch, engine, connect):
    endpoint = started(engine)
    measured("")
    monkeypatch.setattr("localcloud.aws.samples.time.time", lambda: 60.0)

    with closing(connect({"host": endpoint.host, "port": endpoint.port})):
        metrics.measure(MEASUREMENTS)
        metrics.measure(MEASUREMENTS)
        first = measured("AWS/RDS")
        monkeypatch.setattr("localcloud.aws.samples.time.time", lambda: 120.0)
        metrics.measure(MEASUREMENTS)
    second = measured("AWS/RDS")

    assert first == {("DatabaseConnections", ("orders",)): (1, 1)}
    count, share = second.pop(("CPUUtilization", ("orders",)))
    assert second == first
    assert count == 1
    assert 0 <= share <= 100
