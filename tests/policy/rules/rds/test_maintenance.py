"""Tests of policy.rules.rds.maintenance."""

import pytest

from policy.rules.rds.maintenance import (
    rds_admin_name_not_default,
    rds_certificate_authority_current,
    rds_copies_encrypted,
    rds_event_subscriptions,
    rds_minor_upgrades,
    rds_port_not_default,
    rds_proxy_requires_tls,
)
from policy.testing import check, check_stack, resource, stack, unknown

INSTANCE = "aws:rds/instance:Instance"
SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription"
CLUSTER = "aws:rds/cluster:Cluster"
WHOLE = {
    "engine": "postgres",
    "engineVersion": "17.5",
    "instanceClass": "db.t4g.small",
    "port": 5442,
    "username": "orders_owner",
    "storageEncrypted": True,
    "caCertIdentifier": "rds-ca-rsa2048-g1",
}


@pytest.mark.parametrize("typ", [INSTANCE, CLUSTER, "aws:rds/clusterInstance:ClusterInstance"])
def test_rds_minor_upgrades(typ):
    check(
        rds_minor_upgrades,
        typ,
        WHOLE,
        kept=[{"autoMinorVersionUpgrade": True}],
        broken=[{"autoMinorVersionUpgrade": False}],
        unknown_at=["autoMinorVersionUpgrade"],
    )


def test_rds_port_not_default():
    check(
        rds_port_not_default,
        INSTANCE,
        WHOLE,
        kept=[{"engine": "mysql", "port": 5432}, {"engine": "aurora-postgresql", "port": 3306}],
        broken=[
            {"port": None},
            {"port": 5432},
            {"engine": "aurora-postgresql", "port": 5432},
            {"engine": "aurora-mysql", "port": 3306},
            {"engine": "oracle-ee", "port": 1521},
            {"engine": "sqlserver-web", "port": 1433},
        ],
        unknown_at=["port", "engine"],
    )


def test_rds_admin_name_not_default():
    check(
        rds_admin_name_not_default,
        INSTANCE,
        WHOLE,
        kept=[{"username": None, "replicateSourceDb": "orders"}],
        broken=[{"username": "postgres"}, {"username": "Admin"}],
        unknown_at=["username"],
    )
    check(
        rds_admin_name_not_default,
        CLUSTER,
        {"engine": "aurora-mysql", "masterUsername": "orders_owner"},
        broken=[{"masterUsername": "root"}],
        unknown_at=["masterUsername"],
    )


def test_rds_certificate_authority_current():
    check(
        rds_certificate_authority_current,
        INSTANCE,
        WHOLE,
        kept=[{"caCertIdentifier": None}],
        broken=[{"caCertIdentifier": "rds-ca-2019"}],
        unknown_at=["caCertIdentifier"],
    )


def test_rds_proxy_requires_tls():
    check(
        rds_proxy_requires_tls,
        "aws:rds/proxy:Proxy",
        {
            "engineFamily": "POSTGRESQL",
            "roleArn": "arn:aws:iam::1:role/proxy",
            "vpcSubnetIds": ["a", "b"],
            "requireTls": True,
        },
        broken=[{"requireTls": None}, {"requireTls": False}],
        unknown_at=["requireTls"],
    )


@pytest.mark.parametrize(
    ("typ", "whole"),
    [
        (
            "aws:rds/snapshotCopy:SnapshotCopy",
            {
                "sourceDbSnapshotIdentifier": "arn:aws:rds:eu-west-1:1:snapshot:orders",
                "targetDbSnapshotIdentifier": "orders-copy",
            },
        ),
        (
            "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
            {
                "sourceDbClusterSnapshotIdentifier": "arn:aws:rds:eu-west-1:1:cluster-snapshot:a",
                "targetDbClusterSnapshotIdentifier": "orders-copy",
            },
        ),
        (
            "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
            {"sourceDbInstanceArn": "arn:aws:rds:eu-west-1:1:db:orders"},
        ),
    ],
)
def test_rds_copies_encrypted(typ, whole):
    check(
        rds_copies_encrypted,
        typ,
        whole | {"kmsKeyId": "arn:aws:kms:a"},
        broken=[{"kmsKeyId": None}],
        unknown_at=["kmsKeyId"],
    )


def test_rds_event_subscriptions():
    def program(*sources, typ=INSTANCE, **more):
        subscriptions = (
            resource(SUBSCRIPTION, f"events-{number}", {"snsTopic": "t", "sourceType": one} | more)
            for number, one in enumerate(sources)
        )
        return stack(resource(typ, "orders", WHOLE), *subscriptions)

    groups = ("db-parameter-group", "db-security-group")
    check_stack(
        rds_event_subscriptions,
        kept=[
            program("db-instance", *groups),
            program("db-cluster", *groups, typ=CLUSTER),
            program(None),
            program(unknown),
            program("db-instance", *groups, enabled=unknown),
        ],
        broken=[
            program(),
            program("db-instance"),
            program(*groups),
            program("db-instance", *groups, typ=CLUSTER),
            program("db-instance", *groups, enabled=False),
        ],
    )
