"""Examples of Transaction Search, sampling rules and groups."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

KEPT = "X-Ray's setting stays, as with the real provider"


def share(percent: float) -> dict[str, dict[str, dict[str, float]]]:
    return {"rule": {"probabilistic": {"desiredSamplingPercentage": percent}}}


EXAMPLES = (
    Example(
        type="aws:xray/traceSegmentDestination:TraceSegmentDestination",
        inputs=lambda _: {"destination": "CloudWatchLogs"},
        update={"destination": "XRay"},
        bad={"destination": "Datadog"},
        once=True,
        lasting=KEPT,
    ),
    Example(
        type="aws:xray/indexingRule:IndexingRule",
        inputs=lambda _: {"name": "Default", **share(5)},
        update=share(50),
        bad={"name": "mine", **share(101)},
        once=True,
        lasting=KEPT,
    ),
    Example(
        type="aws:xray/samplingRule:SamplingRule",
        inputs=lambda stage: {
            "ruleName": f"orders{stage.number()}",
            "priority": 100,
            "fixedRate": 0.05,
            "reservoirSize": 1,
            "resourceArn": "*",
            "serviceName": "orders",
            "serviceType": "*",
            "host": "*",
            "httpMethod": "*",
            "urlPath": "*",
            "version": 1,
            "tags": {"kind": "example"},
        },
        update={"fixedRate": 0.5, "priority": 7, "tags": {"kind": "changed"}},
        optional=lambda _: {"attributes": {"tier": "critical"}},
        values=lambda _: {
            "reservoirSize": 5,
            "serviceName": "billing",
            "serviceType": "AWS::ECS::Container",
            "host": "shop.test",
            "httpMethod": "GET",
            "urlPath": "/orders/*",
        },
        kept="resourceArn",
        bad={"fixedRate": 2, "priority": 0, "resourceArn": "arn:aws:sqs:::q", "version": 2},
    ),
    Example(
        type="aws:xray/group:Group",
        inputs=lambda stage: {
            "groupName": f"slow{stage.number()}",
            "filterExpression": "responsetime > 5",
            "tags": {"kind": "example"},
        },
        update={"filterExpression": "fault", "tags": {"kind": "changed"}},
        import_id="{arn}",
        bad={
            "filterExpression": "fault AND",
            "insightsConfiguration": {"insightsEnabled": True},
        },
    ),
)
