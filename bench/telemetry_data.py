"""Log lines and spans like those of the shop, for `bench.telemetry`."""

from __future__ import annotations

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from localcloud.telemetry.traces.span import Kind

LINES = 100_000
EXPORTS, SPANS_OF_EXPORT, SPANS_OF_TRACE = 100, 500, 10


def line(number: int) -> dict[str, object]:
    """Return a line as the kit logs it."""
    return {
        "level": "INFO" if number % 10 else "ERROR",
        "event": "order-placed",
        "status": 200 + number % 3,
        "duration": number % 500 * 1.5,
        "order": {"id": f"{number:032x}", "lines": [{"sku": "a", "count": number % 7}]},
    }


def export(number: int, start: int) -> bytes:
    """Return the body of a request with spans of the time *start* (ms) as the kit sends them."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    service = resource.resource.attributes.add()
    service.key, service.value.string_value = "service.name", "orders"
    scope = resource.scope_spans.add()
    for index in range(SPANS_OF_EXPORT):
        at = (start + number) * 1_000_000
        first = index // SPANS_OF_TRACE * SPANS_OF_TRACE
        is_first = index == first
        span = scope.spans.add(
            trace_id=(number * SPANS_OF_EXPORT + index // SPANS_OF_TRACE + 1).to_bytes(16, "big"),
            span_id=span_id(number, index),
            parent_span_id=b"" if is_first else span_id(number, first),
            name="GET /orders/{order}" if is_first else "GET catalog",
            kind=Kind.SERVER if is_first else Kind.CLIENT,
            start_time_unix_nano=at,
            end_time_unix_nano=at + 1_500_000,
        )
        for key in ("http.request.method", "url.path", "http.route", "peer.service"):
            attribute = span.attributes.add()
            attribute.key, attribute.value.string_value = key, f"value of {key}"
    return request.SerializeToString()


def span_id(number: int, index: int) -> bytes:
    """Return the ID of a span of the export *number*."""
    return (number * SPANS_OF_EXPORT + index + 1).to_bytes(8, "big")
