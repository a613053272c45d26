"""What the rules on log groups that hold evidence accept and refuse."""

from policy.rules.audit.logs import log_group_audit_retention
from policy.testing import check, unknown


def test_log_group_audit_retention():
    check(
        log_group_audit_retention,
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/shop/CloudTrail", "retentionInDays": 365, "tags": {}},
        kept=[
            {"retentionInDays": 0},
            {"retentionInDays": None},
            {"name": "/shop/orders", "retentionInDays": 30},
            {"name": unknown, "retentionInDays": 30},
        ],
        broken=[
            {"retentionInDays": 364},
            {"name": "aws-waf-logs-shop", "retentionInDays": 30},
            {"name": "x", "tags": {"purpose": "audit"}, "retentionInDays": 30},
        ],
        unknown_at=["retentionInDays"],
    )
