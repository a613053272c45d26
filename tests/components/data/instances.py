"""Instances of RDS in tests."""

from components.data import engines
from components.data.database_instance import DatabaseInstanceArgs
from tests.alarm_routing import ALARMS

INSTANCE = "aws:rds/instance:Instance"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def instance_args(**changes):
    """Return arguments of an instance of PostgreSQL, in which *changes* are others."""
    given = {
        "engine": engines.POSTGRESQL,
        "database_name": "ledger",
        "vpc_id": "vpc-1",
        "subnet_ids": ["a", "b"],
        "allowed_security_groups": {"orders": "sg-orders"},
        "account_id": "123456789012",
        "alarms": ALARMS,
        "key_arn": "arn:key",
    }
    return DatabaseInstanceArgs(**{**given, **changes})
