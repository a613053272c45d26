"""Tests of policy.rules.rds.tls."""

import pytest

from policy.rules.rds.tls import rds_oracle_tls_option, rds_tls_forced
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
        tls("SSL", name="DB2COMM", cluster={"engine": "db2-se"}),
        tls("0", cluster={"engine": "oracle-ee"}),
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
        tls("TCPIP,SSL", name="db2comm", cluster={"engine": "db2-ae"}),
        tls(name="ssl_svcename", cluster={"engine": "db2-ae"}),
    ],
)
def test_rds_tls_forced_refuses(broken):
    [said] = messages(rds_tls_forced, broken)

    assert "'ledger' must require TLS" in said


INSTANCE = "aws:rds/instance:Instance"
OPTIONS = "aws:rds/optionGroup:OptionGroup"


def oracle(*options, joined=True, engine="oracle-se2", **changes):
    named = {"optionGroupName": unknown} if joined else {}
    database = resource(
        INSTANCE, "rates", {"engine": engine, "instanceClass": "db.m5.large"} | named | changes
    )
    listed = unknown if options == (unknown,) else [{"optionName": one} for one in options]
    group = resource(
        OPTIONS,
        "options",
        {"engineName": "oracle-se2", "majorEngineVersion": "19", "options": listed},
    )
    joins = {"rates": {"optionGroupName": [group]}} if joined else None
    return stack(database, group, property_dependencies=joins)


@pytest.mark.parametrize(
    "kept",
    [
        oracle("SSL"),
        oracle("APEX", "NATIVE_NETWORK_ENCRYPTION"),
        oracle(unknown),
        oracle(joined=False, optionGroupName="elsewhere"),
        oracle(joined=False, optionGroupName=unknown),
        oracle(joined=False, engine="postgres"),
        oracle(joined=False, engine=unknown),
    ],
)
def test_rds_oracle_tls_option_accepts(kept):
    assert messages(rds_oracle_tls_option, kept) == []


@pytest.mark.parametrize("broken", [oracle(), oracle("APEX"), oracle(joined=False)])
def test_rds_oracle_tls_option_refuses(broken):
    [said] = messages(rds_oracle_tls_option, broken)

    assert "'rates' must have an option that encrypts connections: add SSL or NATIVE" in said
