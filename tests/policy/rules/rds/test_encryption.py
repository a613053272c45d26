"""Tests of policy.rules.rds.encryption."""

import pytest

from policy.rules.rds.encryption import rds_tls_forced
from policy.testing import changed, messages, resource, stack, unknown

CLUSTER = "aws:rds/cluster:Cluster"
GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
WHOLE = {
    "clusterIdentifier": "orders-ledger",
    "engine": "aurora-postgresql",
    "engineVersion": "14.9",
    "storageEncrypted": True,
    "backupRetentionPeriod": 14,
    "dbSubnetGroupName": "isolated",
    "dbClusterParameterGroupName": "orders-ledger",
    "manageMasterUserPassword": True,
}


def defaulting(engine, version):
    return tls(
        joined=False,
        cluster={
            "dbClusterParameterGroupName": None,
            "engine": engine,
            "engineVersion": version,
        },
    )


def tls(value="1", *, cluster=None, name="rds.force_ssl", joined=True):
    own = {"dbClusterParameterGroupName": unknown} if joined else {}
    database = resource(CLUSTER, "ledger", changed(WHOLE, own | (cluster or {})))
    parameters = [{"name": name, "value": value}]
    group = resource(GROUP, "tls", {"family": "aurora-postgresql14", "parameters": parameters})
    joins = {"ledger": {"dbClusterParameterGroupName": [group]}} if joined else None
    return stack(database, group, property_dependencies=joins)


@pytest.mark.parametrize(
    "kept",
    [
        tls(),
        tls(unknown),
        tls(joined=False),
        tls(joined=False, cluster={"dbClusterParameterGroupName": unknown}),
        defaulting("postgres", "15.2"),
        defaulting("aurora-postgresql", "17.4"),
        defaulting("aurora-postgresql", unknown),
        tls("ON", name="require_secure_transport", cluster={"engine": "aurora-mysql"}),
    ],
)
def test_rds_tls_forced_accepts(kept):
    assert messages(rds_tls_forced, kept) == []


@pytest.mark.parametrize(
    "broken",
    [
        tls("0"),
        tls(name="log_statement"),
        defaulting("postgres", "14.9"),
        defaulting("aurora-postgresql", "16.4"),
        defaulting("aurora-postgresql", None),
        tls("OFF", name="require_secure_transport", cluster={"engine": "aurora-mysql"}),
    ],
)
def test_rds_tls_forced_refuses(broken):
    [said] = messages(rds_tls_forced, broken)

    assert "'ledger' must require TLS" in said
