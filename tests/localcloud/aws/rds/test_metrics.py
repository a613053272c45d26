"""What is measured of databases."""

from __future__ import annotations

from types import SimpleNamespace

import psycopg
import pytest
from moto.rds.models import rds_backends

from localcloud.aws.rds import metrics
from localcloud.aws.rds.overrides import servers
from localcloud.layout import Layout
from localcloud.measurements import MEASUREMENTS, Measurements
from tests.localcloud.measured import measured

WANTED = {
    "master_username": "master",
    "master_password": "secret",
    "database_name": "orders",
    "service": "",
}


@pytest.fixture
def clusters(tmp_path):
    """Two clusters of PostgreSQL, of which the second has no server."""
    servers.install(Layout(tmp_path), start_here=True)
    kept = rds_backends["000000000000"]["eu-west-1"].clusters
    found = [
        SimpleNamespace(engine="aurora-postgresql", db_cluster_identifier=name, tags=())
        for name in ("orders", "unmade")
    ]
    kept.update({one.db_cluster_identifier: one for one in found})
    yield found
    for one in found:
        del kept[one.db_cluster_identifier]
    servers.stop()
    servers._engines.clear()


def test_the_connections_of_databases_that_run_are_measured_once_a_minute(clusters):
    endpoint = servers.create(clusters[0], WANTED)
    measured("")
    client = {"user": "master", "password": "secret", "dbname": "orders"}

    with psycopg.connect(host=endpoint.host, port=endpoint.port, **client):
        metrics.measure(MEASUREMENTS)
        metrics.measure(MEASUREMENTS)

    assert measured("AWS/RDS") in (
        {("DatabaseConnections", ("orders",)): (1, 1)},
        {("DatabaseConnections", ("orders",)): (2, 2)},  # the minute ended in between
    )


def test_another_sender_measures_for_itself(clusters):
    assert clusters
    found = Measurements()

    metrics.measure(found)

    assert found.take() == []  # no server runs
