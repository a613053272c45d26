"""What the rules on alarms accept and refuse."""

import pytest

from policy.rules.observability.alarms import alarm_actions_enabled, alarm_has_action
from policy.testing import check, resource

METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
WHOLE = {
    "name": "orders-errors",
    "namespace": "AWS/ApplicationELB",
    "metricName": "HTTPCode_Target_5XX_Count",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "threshold": 5,
    "alarmActions": ["arn:aws:sns:eu-west-1:111122223333:on-call"],
}
TYPES = [METRIC, "aws:cloudwatch/compositeAlarm:CompositeAlarm"]


@pytest.mark.parametrize("typ", TYPES)
def test_alarm_actions_enabled(typ):
    check(
        alarm_actions_enabled,
        typ,
        WHOLE,
        kept=[{"actionsEnabled": True}],
        broken=[{"actionsEnabled": False}, {"actionsEnabled": "false"}],
        unknown_at=["actionsEnabled"],
    )
    assert alarm_actions_enabled.remediate(resource(typ, "a", {})) == {"actionsEnabled": True}


@pytest.mark.parametrize("typ", TYPES)
def test_alarm_has_action(typ):
    check(
        alarm_has_action,
        typ,
        WHOLE,
        broken=[{"alarmActions": None}, {"alarmActions": []}],
        unknown_at=["alarmActions"],
    )
