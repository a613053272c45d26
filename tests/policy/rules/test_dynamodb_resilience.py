"""Tests of policy.rules.dynamodb."""

import pytest

from policy.rules import dynamodb as rules
from policy.testing import check, check_stack, resource, stack, unknown

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"
TARGET = "aws:appautoscaling/target:Target"
WHOLE = {
    "name": "catalog-products",
    "billingMode": "PAY_PER_REQUEST",
    "hashKey": "sku",
    "attributes": [{"name": "sku", "type": "S"}],
    "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 14},
}


def test_dynamodb_capacity_scales():
    def table(mode):
        return resource(TABLE, "products", WHOLE | {"billingMode": mode})

    def scaled(resource_id, namespace="dynamodb"):
        props = {"resourceId": resource_id, "serviceNamespace": namespace, "maxCapacity": 100}
        return resource(TARGET, "reads", props)

    provisioned = table("PROVISIONED")
    check_stack(
        rules.dynamodb_capacity_scales,
        kept=[
            stack(table("PAY_PER_REQUEST")),
            stack(table(unknown)),
            stack(provisioned, scaled("table/catalog-products")),
            stack(provisioned, scaled(unknown)),
            stack(
                provisioned,
                scaled(unknown),
                property_dependencies={"reads": {"resourceId": [provisioned]}},
            ),
        ],
        broken=[
            stack(provisioned),
            stack(table(None)),
            stack(provisioned, scaled("table/other")),
            stack(provisioned, scaled(unknown, "ecs")),
        ],
    )


@pytest.mark.parametrize("typ", [TABLE, REPLICA])
def test_dynamodb_deletion_protection(typ):
    check(
        rules.dynamodb_deletion_protection,
        typ,
        WHOLE | {"deletionProtectionEnabled": True},
        kept=[{"deletionProtectionEnabled": "true"}],
        broken=[{"deletionProtectionEnabled": False}, {"deletionProtectionEnabled": None}],
        unknown_at=["deletionProtectionEnabled"],
    )
    changes = rules.dynamodb_deletion_protection.remediate(resource(typ, "products", {}))
    assert changes == {"deletionProtectionEnabled": True}


def test_dynamodb_in_backup_plan():
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/catalog-products"
    table = resource(TABLE, "products", WHOLE | {"tags": {"backup": "daily"}})
    named_later = resource(TABLE, "products", WHOLE | {"name": unknown, "arn": unknown})

    def selected(table=table, **props):
        whole = {"planId": "plan-1", "iamRoleArn": "arn:aws:iam::1:role/backup", "name": "all"}
        return stack(table, resource("aws:backup/selection:Selection", "all", whole | props))

    def tagged(key, value):
        return {"selectionTags": [{"type": "STRINGEQUALS", "key": key, "value": value}]}

    def asked(value):
        return {
            "conditions": [{"stringEquals": [{"key": "aws:ResourceTag/backup", "value": value}]}]
        }

    joined = stack(
        *selected(named_later, resources=[unknown]).resources,
        property_dependencies={"all": {"resources": [named_later]}},
    )
    check_stack(
        rules.dynamodb_in_backup_plan,
        kept=[
            joined,
            selected(**tagged("backup", "daily")),
            selected(resources=["*"]),
            selected(resources=["arn:*:dynamodb:*"]),
            selected(resources=[arn]),
            selected(resources=["arn:aws:dynamodb:*:*:table/*"]),
            selected(resources=["arn:aws:dynamodb:*:*:*"]),
            selected(resources=["arn:aws:dynamodb:eu-west-1:111122223333:table/catalog-*"]),
            selected(named_later, resources=["arn:aws:dynamodb:*:*:table/other"]),
            selected(resource(TABLE, "products", {"arn": arn}), resources=[f"{arn[:-3]}*"]),
            selected(resources=unknown),
            selected(**tagged("backup", unknown)),
            selected(**tagged(unknown, "daily")),
            selected(**asked("daily")),
            selected(**asked(unknown)),
            selected(conditions=[unknown]),
            selected(conditions=[{"stringEquals": unknown}]),
        ],
        broken=[
            stack(table),
            selected(),
            selected(resources=["arn:aws:rds:*:*:db:*"]),
            selected(named_later, resources=["arn:aws:dynamodb:*:*:backup/*"]),
            selected(resources=["arn:aws:dynamodb:*:*:table/orders"]),
            selected(resource(TABLE, "products", {"arn": arn}), resources=[f"{arn}-other"]),
            selected(**tagged("backup", "weekly")),
            selected(**asked("weekly")),
        ],
    )
