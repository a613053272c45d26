"""Tests of policy.rules.log_group."""

from policy.rules.log_group import log_group_central_copy
from policy.testing import check_stack, resource, stack, unknown

GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
ACCOUNT = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy"
WHOLE = {"name": "/bulkhead/orders", "retentionInDays": 30, "kmsKeyId": "arn:aws:kms:1"}


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
