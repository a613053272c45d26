"""What the rules on lost tables accept and refuse."""

from policy.rules.resilience.dynamodb import dynamodb_point_in_time_recovery
from policy.testing import check


def test_dynamodb_point_in_time_recovery():
    check(
        dynamodb_point_in_time_recovery,
        "aws:dynamodb/table:Table",
        {
            "name": "catalog",
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "sku",
            "attributes": [{"name": "sku", "type": "S"}],
            "pointInTimeRecovery": {"enabled": True},
        },
        broken=[{"pointInTimeRecovery": None}, {"pointInTimeRecovery": {"enabled": False}}],
        unknown_at=["pointInTimeRecovery"],
    )
