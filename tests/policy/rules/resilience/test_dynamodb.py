"""What the rules on tables that have to survive accept and refuse."""

from policy.rules.resilience.dynamodb import (
    dynamodb_capacity_scales,
    dynamodb_point_in_time_recovery,
)
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


def test_dynamodb_point_in_time_recovery():
    check(
        dynamodb_point_in_time_recovery,
        TABLE,
        WHOLE,
        broken=[{"pointInTimeRecovery": None}, {"pointInTimeRecovery": {"enabled": False}}],
        unknown_at=["pointInTimeRecovery"],
    )
    check(
        dynamodb_point_in_time_recovery,
        REPLICA,
        {"globalTableArn": "arn:aws:dynamodb:1", "pointInTimeRecovery": True},
        broken=[{"pointInTimeRecovery": None}, {"pointInTimeRecovery": False}],
        unknown_at=["pointInTimeRecovery"],
    )
    fix = dynamodb_point_in_time_recovery.remediate
    off = {"enabled": False, "recoveryPeriodInDays": 14}
    assert fix(resource(TABLE, "t", {"pointInTimeRecovery": off})) == {
        "pointInTimeRecovery": off | {"enabled": True}
    }
    assert fix(resource(REPLICA, "t", {})) == {"pointInTimeRecovery": True}


def test_dynamodb_capacity_scales():
    def table(mode):
        return resource(TABLE, "products", WHOLE | {"billingMode": mode})

    def scaled(resource_id, namespace="dynamodb"):
        props = {"resourceId": resource_id, "serviceNamespace": namespace, "maxCapacity": 100}
        return resource(TARGET, "reads", props)

    provisioned = table("PROVISIONED")
    check_stack(
        dynamodb_capacity_scales,
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
