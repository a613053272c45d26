"""What the rule on the metrics of queries accepts and refuses."""

from policy.rules.observability.athena import athena_metrics_on
from policy.testing import check, resource, unknown

WORKGROUP = "aws:athena/workgroup:Workgroup"


def test_athena_metrics_on():
    results = {"outputLocation": "s3://shop-results/"}
    off = {"publishCloudwatchMetricsEnabled": False, "resultConfiguration": results}
    check(
        athena_metrics_on,
        WORKGROUP,
        {"name": "reports", "configuration": off | {"publishCloudwatchMetricsEnabled": True}},
        kept=[
            {"configuration": None},
            {"configuration": {"resultConfiguration": results}},
            {"configuration": {"publishCloudwatchMetricsEnabled": unknown}},
        ],
        broken=[
            {"configuration": off},
            {"configuration": {"publishCloudwatchMetricsEnabled": "false"}},
        ],
        unknown_at=["configuration"],
    )
    assert athena_metrics_on.remediate(resource(WORKGROUP, "reports", {"configuration": off})) == {
        "configuration": off | {"publishCloudwatchMetricsEnabled": True}
    }
