"""What the rules on the logs of search domains accept and refuse."""

import pytest

from policy.rules.observability.opensearch import opensearch_error_logs
from policy.testing import check, unknown

ERRORS = {"logType": "ES_APPLICATION_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:1"}
SLOW = {"logType": "INDEX_SLOW_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:1"}


@pytest.mark.parametrize("typ", ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"])
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
