"""X-Ray: groups, rules and settings; the telemetry process answers the operations on traces."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="xray",
    moto="xray",
    warm_up=False,
    overrides=("overrides:install",),
    downloads={"xray/declared": "declared:read"},
    telemetry_operations=frozenset({
        "BatchGetTraces", "CancelTraceRetrieval", "DeleteResourcePolicy", "GetEncryptionConfig",
        "GetInsight", "GetInsightEvents", "GetInsightImpactGraph", "GetInsightSummaries",
        "GetRetrievedTracesGraph", "GetSamplingStatisticSummaries", "GetServiceGraph",
        "GetTimeSeriesServiceStatistics", "GetTraceGraph", "GetTraceSummaries",
        "ListResourcePolicies", "ListRetrievedTraces", "PutEncryptionConfig",
        "PutResourcePolicy", "PutTelemetryRecords", "PutTraceSegments", "StartTraceRetrieval",
    }),
)  # fmt: skip
