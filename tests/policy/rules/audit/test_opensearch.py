"""What the rules on what search domains can prove accept and refuse."""

import pytest

from policy.rules.audit.opensearch import opensearch_audit_logs
from policy.testing import check, unknown

AUDIT = {"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:1"}


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
