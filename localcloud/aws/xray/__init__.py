"""X-Ray: the telemetry process answers its operations, and refuses by name those it lacks."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="xray",
    moto="xray",
    warm_up=False,
    telemetry_operations=frozenset({
        "BatchGetTraces", "CancelTraceRetrieval", "CreateGroup", "CreateSamplingRule",
        "DeleteGroup", "DeleteResourcePolicy", "DeleteSamplingRule", "GetEncryptionConfig",
        "GetGroup", "GetGroups", "GetIndexingRules", "GetInsight", "GetInsightEvents",
        "GetInsightImpactGraph", "GetInsightSummaries", "GetRetrievedTracesGraph",
        "GetSamplingRules", "GetSamplingStatisticSummaries", "GetSamplingTargets",
        "GetServiceGraph", "GetTimeSeriesServiceStatistics", "GetTraceGraph",
        "GetTraceSegmentDestination", "GetTraceSummaries", "ListResourcePolicies",
        "ListRetrievedTraces", "ListTagsForResource", "PutEncryptionConfig",
        "PutResourcePolicy", "PutTelemetryRecords", "PutTraceSegments",
        "StartTraceRetrieval", "TagResource", "UntagResource", "UpdateGroup",
        "UpdateIndexingRule", "UpdateSamplingRule", "UpdateTraceSegmentDestination",
    }),
)  # fmt: skip
