"""Where services send their spans: X-Ray's OTLP endpoint, which takes signed requests alone.

`kit.tracing` signs them. Transaction Search (`stacks/account.py`) keeps the spans as log events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.access import Statement
from components.service.platform import MAX_HOPS

if TYPE_CHECKING:
    import pulumi

    from components.service.platform import Platform

PERCENT = 100


def environment(platform: Platform) -> dict[str, pulumi.Input[str]]:
    """Return OpenTelemetry's variables, none if no spans are recorded, and the limit of hops."""
    limit = {} if platform.max_hops == MAX_HOPS else {"MAX_HOPS": str(platform.max_hops)}
    if not platform.trace_percent:
        return {**limit}
    return {
        **limit,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://xray.{platform.region}.amazonaws.com",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_RESOURCE_ATTRIBUTES": f"deployment.environment.name={platform.environment}",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{platform.trace_percent / PERCENT:g}",
    }


def allow_traces(platform: Platform) -> list[Statement]:
    """Return the permission to send spans; X-Ray's actions have no resource type."""
    if not platform.trace_percent:
        return []
    actions = ["xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments"]
    return [Statement(actions=actions, resources=["*"])]
