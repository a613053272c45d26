"""Tests of policy.rules.log_group."""

from policy.engine.settings import Settings
from policy.rules.log_group import (
    log_group_audit_retention,
    log_group_central_copy,
    log_group_own_key,
    log_group_retention,
)
from policy.testing import check, check_stack, resource, stack, unknown

GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
ACCOUNT = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy"
WHOLE = {"name": "/bulkhead/orders", "retentionInDays": 30, "kmsKeyId": "arn:aws:kms:1"}


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


def test_log_group_retention():
    check(
        log_group_retention,
        GROUP,
        WHOLE,
        kept=[{"retentionInDays": None, "logGroupClass": "DELIVERY"}],
        broken=[{"retentionInDays": None}, {"retentionInDays": 0}],
        unknown_at=["retentionInDays"],
    )


def test_log_group_own_key():
    check(
        log_group_own_key,
        GROUP,
        WHOLE,
        kept=[{"kmsKeyId": None, "tagsAll": {"data-class": "public"}}],
        broken=[{"kmsKeyId": None}, {"kmsKeyId": None, "tagsAll": {"data-class": "restricted"}}],
        unknown_at=["kmsKeyId"],
    )
    check(
        log_group_own_key,
        GROUP,
        {"name": "/bulkhead/orders"},
        settings=Settings(unclassified_is_sensitive=False),
        broken=[{"tags": {"data-class": "confidential"}}],
    )


def test_log_group_central_copy():
    group = resource(GROUP, "orders", WHOLE)
    copied = resource(
        FILTER,
        "copy",
        {"logGroup": unknown, "destinationArn": "arn:aws:kinesis:1", "filterPattern": ""},
    )
    check_stack(
        log_group_central_copy,
        kept=[
            stack(group, copied, property_dependencies={"copy": {"logGroup": [group]}}),
            stack(group, copied),
            stack(group, resource(FILTER, "copy", {"logGroup": "/bulkhead/orders"})),
            stack(group, resource(ACCOUNT, "all", {"policyType": "SUBSCRIPTION_FILTER_POLICY"})),
            stack(resource(GROUP, "rare", {"logGroupClass": "INFREQUENT_ACCESS"})),
            stack(resource(GROUP, "copier", {"name": "/aws/kinesisfirehose/logs"})),
        ],
        broken=[
            stack(group),
            stack(group, resource(FILTER, "copy", {"logGroup": "/bulkhead/catalog"})),
            stack(group, resource(ACCOUNT, "all", {"policyType": "DATA_PROTECTION_POLICY"})),
        ],
    )
