"""Tests of policy.rules.rds.availability."""

import pytest

from policy.rules.rds import availability as rules
from policy.testing import check, check_stack, resource, stack, unknown

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
SELECTION = "aws:backup/selection:Selection"
WHOLE = {
    "identifier": "orders",
    "engine": "postgres",
    "instanceClass": "db.t4g.medium",
    "multiAz": True,
    "backupRetentionPeriod": 7,
    "deletionProtection": True,
    "skipFinalSnapshot": False,
    "finalSnapshotIdentifier": "orders-last",
    "password": "correct horse",
}
REPLICA = {"replicateSourceDb": "orders"}


@pytest.mark.parametrize("typ", [INSTANCE, CLUSTER])
def test_rds_backup_retention(typ):
    check(
        rules.rds_backup_retention,
        typ,
        WHOLE,
        kept=[
            {"backupRetentionPeriod": 35},
            {"backupRetentionPeriod": None} | REPLICA,
            {"backupRetentionPeriod": None, "replicationSourceIdentifier": "arn:aws:rds:1"},
        ],
        broken=[{"backupRetentionPeriod": value} for value in (None, 0, 6)],
        unknown_at=["backupRetentionPeriod"],
    )
    database = resource(typ, "orders", {})
    database.params = rules.rds_backup_retention.params
    assert rules.rds_backup_retention.remediate(database) == {"backupRetentionPeriod": 7}


def test_rds_in_backup_plan():
    instance = resource(INSTANCE, "orders", WHOLE | {"tags": {"backup": "daily"}})
    cluster = resource(CLUSTER, "orders", {"clusterIdentifier": "orders", "arn": "arn:aws:rds:c"})

    whole = {"planId": "plan-1", "iamRoleArn": "arn:aws:iam::1:role/backup", "name": "all"}

    def selected(database=instance, **props):
        return stack(database, resource(SELECTION, "all", whole | props))

    def tagged(value):
        return [{"type": "STRINGEQUALS", "key": "backup", "value": value}]

    def asked(kind, value):
        return [{kind: [{"key": "aws:ResourceTag/backup", "value": value}]}]

    joined = stack(
        instance,
        resource(SELECTION, "all", whole | {"resources": [unknown]}),
        property_dependencies={"all": {"resources": [instance]}},
    )
    check_stack(
        rules.rds_in_backup_plan,
        kept=[
            joined,
            selected(resources=["*"]),
            selected(resources=unknown),
            selected(resources=["arn:aws:rds:*:*:db:ord*"]),
            selected(cluster, resources=["arn:aws:rds:c"]),
            selected(cluster, resources=["arn:aws:rds:*"]),
            selected(selectionTags=tagged("daily")),
            selected(selectionTags=unknown),
            selected(conditions=asked("stringEquals", "daily")),
            selected(conditions=asked("stringLikes", "d*")),
            selected(conditions=asked("stringNotEquals", "never")),
            selected(conditions=unknown),
            stack(resource(INSTANCE, "copy", WHOLE | REPLICA)),
        ],
        broken=[
            stack(instance),
            stack(cluster),
            selected(resources=["arn:aws:dynamodb:*:*:table/*"]),
            selected(resources=["arn:aws:rds:*:*:cluster:*"]),
            selected(resources=["arn:aws:rds:*:*:db:catalog"]),
            selected(cluster, resources=["arn:aws:dynamodb:*"]),
            selected(selectionTags=tagged("weekly")),
            selected(conditions=asked("stringEquals", "weekly")),
            selected(conditions=asked("stringNotLikes", "d*")),
        ],
    )


def test_rds_cluster_spans_zones():
    whole = {"clusterIdentifier": "orders", "engine": "aurora-postgresql"}

    def cluster(*zones, of="orders", **changes):
        typ = "aws:rds/clusterInstance:ClusterInstance"
        own = {"clusterIdentifier": of, "engine": "aurora-postgresql"}
        own["instanceClass"] = "db.r6g.large"
        instances = [
            resource(typ, f"orders-{number}", own | {"availabilityZone": zone})
            for number, zone in enumerate(zones)
        ]
        return stack(resource(CLUSTER, "orders", whole | changes), *instances)

    def depending(*zones):
        found = cluster(*zones, of=unknown, clusterIdentifier=unknown)
        database, *instances = found.resources
        joined = {one.name: {"clusterIdentifier": [database]} for one in instances}
        return stack(database, *instances, property_dependencies=joined)

    check_stack(
        rules.rds_cluster_spans_zones,
        kept=[
            cluster("a", "b"),
            cluster("a", "a", "b"),
            cluster(None, None),
            cluster("a", unknown),
            depending(unknown, unknown),
            cluster(unknown, unknown, of=unknown),
            cluster(dbClusterInstanceClass="db.m6gd.large"),
            cluster(dbClusterInstanceClass=unknown),
            cluster(engineMode="serverless"),
            cluster(engineMode=unknown),
        ],
        broken=[
            cluster(),
            cluster("a"),
            cluster("a", "a"),
            cluster(unknown),
            cluster("a", "b", of="catalog"),
            cluster(engineMode="provisioned"),
            depending("a", "a"),
            depending(None),
        ],
    )
