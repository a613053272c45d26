"""Tests of policy.rules.rds.maintenance."""

from policy.rules.rds.maintenance import rds_event_subscriptions
from policy.testing import check_stack, resource, stack, unknown

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
