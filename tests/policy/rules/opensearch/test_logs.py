"""Tests of policy.rules.opensearch.logs."""

import pytest

from policy.rules.opensearch.logs import (
    opensearch_audit_logs,
    opensearch_error_logs,
    opensearch_slow_logs,
)
from policy.testing import check, unknown

AUDIT = {"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:1"}
ERRORS = {"logType": "ES_APPLICATION_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:1"}
SLOW = {"logType": "INDEX_SLOW_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:1"}
SLOW_SEARCHES = SLOW | {"logType": "SEARCH_SLOW_LOGS"}
TYPES = ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"]


@pytest.mark.parametrize("typ", ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"])
def test_opensearch_audit_logs(typ):
    check(
        opensearch_audit_logs,
        typ,
        {"domainName": "products", "logPublishingOptions": [AUDIT]},
        kept=[{"logPublishingOptions": [AUDIT | {"enabled": unknown}]}],
        broken=[
            {"logPublishingOptions": None},
            {"logPublishingOptions": [AUDIT | {"logType": "ES_APPLICATION_LOGS"}]},
            {"logPublishingOptions": [AUDIT | {"enabled": False}]},
        ],
        unknown_at=["logPublishingOptions"],
    )


@pytest.mark.parametrize("typ", TYPES)
def test_opensearch_error_logs(typ):
    check(
        opensearch_error_logs,
        typ,
        {"domainName": "products", "logPublishingOptions": [SLOW, ERRORS]},
        kept=[
            {"logPublishingOptions": [ERRORS | {"enabled": True}]},
            {"logPublishingOptions": [SLOW, unknown]},
        ],
        broken=[
            {"logPublishingOptions": None},
            {"logPublishingOptions": [SLOW]},
            {"logPublishingOptions": [ERRORS | {"enabled": False}]},
        ],
        unknown_at=["logPublishingOptions"],
    )


@pytest.mark.parametrize("typ", TYPES)
def test_opensearch_slow_logs(typ):
    check(
        opensearch_slow_logs,
        typ,
        {"domainName": "products", "logPublishingOptions": [SLOW, SLOW_SEARCHES, ERRORS]},
        kept=[
            {"logPublishingOptions": [SLOW | {"enabled": True}, unknown]},
            {"logPublishingOptions": [SLOW, SLOW_SEARCHES | {"enabled": unknown}]},
        ],
        broken=[
            {"logPublishingOptions": None},
            {"logPublishingOptions": [ERRORS]},
            {"logPublishingOptions": [SLOW]},
            {"logPublishingOptions": [SLOW_SEARCHES]},
            {"logPublishingOptions": [SLOW_SEARCHES, SLOW | {"enabled": False}]},
        ],
        unknown_at=["logPublishingOptions"],
    )
