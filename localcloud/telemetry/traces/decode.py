"""Reads OTLP's export requests, in protobuf and in JSON."""

from __future__ import annotations

import base64
import json
import math
import re
from typing import TYPE_CHECKING, Any, cast

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from localcloud.telemetry.traces.span import Kind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan

MAX_SPANS = 10_000
"""Of a request, at X-Ray's OTLP endpoint."""
MAX_SPAN_BYTES = 200 * 1024
MAX_RESOURCE_BYTES = 16 * 1024
MAX_DEPTH = 20
_TRACE_ID_BYTES = 16
_SPAN_ID_BYTES = 8
_MAX_TIME = 2**63 - 1  # of a column in SQLite
_HEX = re.compile(r"[0-9a-fA-F]*")
_IDS = frozenset({"traceId", "spanId", "parentSpanId"})
_UNKNOWN = "unknown_service"


class InvalidExportError(ValueError):
    """Raised for a request that is not one of OTLP, or that is above a limit."""


def from_protobuf(body: bytes) -> ExportTraceServiceRequest:
    """Return the request in *body*; raises InvalidExportError."""
    try:
        return ExportTraceServiceRequest.FromString(body)
    except (DecodeError, RecursionError) as error:
        raise InvalidExportError(f"the body is not an ExportTraceServiceRequest: {error}") from None


def from_json(body: bytes) -> ExportTraceServiceRequest:
    """Return the request in *body*, whose IDs are hexadecimal; raises InvalidExportError."""
    try:
        found: Any = json.loads(body)
        if not isinstance(found, dict):
            raise InvalidExportError("the body is not a JSON object")
        return json_format.ParseDict(
            _with_base64_ids(found), ExportTraceServiceRequest(), ignore_unknown_fields=True
        )
    except (ValueError, RecursionError, json_format.ParseError) as error:
        raise InvalidExportError(f"the body is not an ExportTraceServiceRequest: {error}") from None


def spans_of(request: ExportTraceServiceRequest) -> tuple[list[Span], list[str]]:
    """Return the spans of *request*, and why others are rejected; raises InvalidExportError."""
    spans: list[Span] = []
    rejected: list[str] = []
    sent = 0
    for group in request.resource_spans:
        if group.resource.ByteSize() > MAX_RESOURCE_BYTES:
            raise InvalidExportError(f"a resource has more than {MAX_RESOURCE_BYTES} bytes")
        resource = _attributes(group.resource.attributes)
        for scope in group.scope_spans:
            sent += len(scope.spans)
            if sent > MAX_SPANS:
                raise InvalidExportError(f"the request has more than {MAX_SPANS} spans")
            for one in scope.spans:
                if reason := _problem(one):
                    rejected.append(reason)
                else:
                    spans.append(_span(one, resource))
    return spans, rejected


def _problem(one: OtlpSpan) -> str:
    """Return why a span is rejected; '' if it is not."""
    checks = (
        (_is_id(one.trace_id, _TRACE_ID_BYTES), "traceId must be 16 bytes that are not all zero"),
        (_is_id(one.span_id, _SPAN_ID_BYTES), "spanId must be 8 bytes that are not all zero"),
        (len(one.parent_span_id) in (0, _SPAN_ID_BYTES), "parentSpanId must be 8 bytes, or none"),
        (bool(one.name), "name must not be empty"),
        (
            0 < one.start_time_unix_nano <= one.end_time_unix_nano <= _MAX_TIME,
            "startTimeUnixNano and endTimeUnixNano must be in order",
        ),
        (one.ByteSize() <= MAX_SPAN_BYTES, f"it has more than {MAX_SPAN_BYTES} bytes"),
    )
    return next((f"span {one.name!r}: {text}" for fine, text in checks if not fine), "")


def _is_id(sent: bytes, length: int) -> bool:
    return len(sent) == length and any(sent)


def _span(one: OtlpSpan, resource: Mapping[str, Any]) -> Span:
    known = one.kind in Kind.__members__.values()
    return Span(
        trace_id=one.trace_id.hex(),
        span_id=one.span_id.hex(),
        parent_id=one.parent_span_id.hex() if any(one.parent_span_id) else "",
        service=str(resource.get("service.name") or _UNKNOWN),
        name=one.name,
        kind=Kind(one.kind) if known else Kind.UNSPECIFIED,
        start=one.start_time_unix_nano,
        end=one.end_time_unix_nano,
        failed=one.status.code == Status.STATUS_CODE_ERROR,
        message=one.status.message,
        attributes=_attributes(one.attributes),
        resource=resource,
        events=tuple(
            {"name": e.name, "time": e.time_unix_nano, "attributes": _attributes(e.attributes)}
            for e in one.events
        ),
        links=tuple(
            {"trace_id": link.trace_id.hex(), "span_id": link.span_id.hex()} for link in one.links
        ),
    )


def _attributes(sent: Iterable[KeyValue]) -> dict[str, Any]:
    return {one.key: _value(one.value, MAX_DEPTH) for one in sent}


def _value(value: AnyValue, depth: int) -> Any:
    kind = value.WhichOneof("value")
    if kind is None or not depth:
        return None
    if kind == "array_value":
        return [_value(one, depth - 1) for one in value.array_value.values]
    if kind == "kvlist_value":
        return {one.key: _value(one.value, depth - 1) for one in value.kvlist_value.values}
    found = getattr(value, kind)
    if isinstance(found, bytes):
        return base64.b64encode(found).decode()
    if isinstance(found, float) and not math.isfinite(found):
        return str(found)  # JSON has no such number
    return found


def _with_base64_ids(value: Any) -> Any:
    """Return *value* with the IDs as protobuf's JSON has them: OTLP's are hexadecimal."""
    if isinstance(value, list):
        return [_with_base64_ids(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    return {
        name: _base64(name, one) if name in _IDS else _with_base64_ids(one)
        for name, one in cast("dict[str, Any]", value).items()
    }


def _base64(name: str, sent: Any) -> str:
    if not isinstance(sent, str) or not _HEX.fullmatch(sent) or len(sent) % 2:
        raise InvalidExportError(f"{name} must be hexadecimal digits")
    return base64.b64encode(bytes.fromhex(sent)).decode()
