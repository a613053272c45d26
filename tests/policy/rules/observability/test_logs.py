"""What the rules on log groups accept and refuse."""

from policy.rules.observability.logs import log_group_retention
from policy.testing import check


def test_log_group_retention():
    check(
        log_group_retention,
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/bulkhead/orders", "retentionInDays": 30, "kmsKeyId": "arn:aws:kms:1"},
        kept=[{"retentionInDays": None, "logGroupClass": "DELIVERY"}],
        broken=[{"retentionInDays": None}, {"retentionInDays": 0}],
        unknown_at=["retentionInDays"],
    )
