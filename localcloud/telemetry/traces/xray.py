"""X-Ray's operations on traces: GetTraceSummaries, BatchGetTraces and the graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.telemetry.operations import OperationError
from localcloud.telemetry.traces.filters import FilterError, predicate
from localcloud.telemetry.traces.graph import Graph, Statistics, graph_of
from localcloud.telemetry.traces.segments import segments, w3c_id, xray_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.telemetry.operations import Call, Handler
    from localcloud.telemetry.traces.declared import Declared, Read
    from localcloud.telemetry.traces.filters import Predicate
    from localcloud.telemetry.traces.span import Span
    from localcloud.telemetry.traces.store import SpanStore

MAX_HOURS = 6
"""Of one query's time, as X-Ray has it."""
MAX_TRACES = 5
"""Of BatchGetTraces."""
MAX_SUMMARIES = 1000
HOUR = 3600
DEFAULT = "Default"
"""The group of all traces."""


def operations(store: SpanStore, declared: Read) -> dict[str, Handler]:
    """Return the handlers by operation."""

    async def summaries(parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        start, end = _period(parameters)
        if parameters.get("Sampling") or parameters.get("NextToken"):
            raise _invalid("Sampling and NextToken are not supported: ask for a shorter time")
        matches = _predicate(parameters.get("FilterExpression") or "")
        known = await declared(call.region)
        every = store.summaries(start, end, limit=MAX_SUMMARIES)
        found = [one for one in every if known.indexes(one.trace_id)]
        traces = [store.trace(one.trace_id) for one in found]
        chosen = [_summary(spans) for spans in traces if matches(spans)]
        return {
            "TraceSummaries": chosen,
            "TracesProcessedCount": len(found),
            "ApproximateTime": start,
        }

    async def batch(parameters: dict[str, Any], _: Call) -> dict[str, Any]:
        wanted = _ids(parameters)
        found = {one: store.trace(w3c_id(one)) for one in wanted}
        return {
            "Traces": [_trace(one, spans) for one, spans in found.items() if spans],
            "UnprocessedTraceIds": [one for one, spans in found.items() if not spans],
        }

    async def service_graph(parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        start, end = _period(parameters)
        group = parameters.get("GroupARN") or parameters.get("GroupName") or DEFAULT
        graph = store.graph(start, end)
        if group.rpartition("/")[2] != DEFAULT:
            graph = graph_of(_grouped(store, await declared(call.region), group, start, end))
        services = _services(graph, start, end)
        return {
            "StartTime": start,
            "EndTime": end,
            "Services": services,
            "ContainsOldGroupVersions": False,
        }

    async def trace_graph(parameters: dict[str, Any], _: Call) -> dict[str, Any]:
        spans = [span for one in _ids(parameters) for span in store.trace(w3c_id(one))]
        if not spans:
            return {"Services": []}
        start, end = min(one.start for one in spans), max(one.end for one in spans)
        return {"Services": _services(graph_of(spans), start / 1e9, end / 1e9)}

    async def put_segments(_parameters: dict[str, Any], _call: Call) -> dict[str, Any]:
        raise OperationError(
            "NotImplemented",
            "segments are not taken here: send spans by OTLP to /v1/traces, as kit.tracing does",
            501,
        )

    return {
        "GetTraceSummaries": summaries,
        "BatchGetTraces": batch,
        "GetServiceGraph": service_graph,
        "GetTraceGraph": trace_graph,
        "PutTraceSegments": put_segments,
    }


def _period(parameters: dict[str, Any]) -> tuple[float, float]:
    start, end = float(parameters["StartTime"]), float(parameters["EndTime"])
    if not start < end <= start + MAX_HOURS * HOUR:
        raise _invalid(f"EndTime must be after StartTime, by {MAX_HOURS} hours at most")
    return start, end


def _grouped(
    store: SpanStore, declared: Declared, group: str, start: float, end: float
) -> list[Span]:
    if group not in declared.groups:
        raise _invalid(f"the group {group} does not exist")
    matches = _predicate(declared.groups[group])
    found = store.summaries(start, end, limit=MAX_SUMMARIES)
    traces = [store.trace(one.trace_id) for one in found]
    return [span for spans in traces if matches(spans) for span in spans]


def _predicate(expression: str) -> Predicate:
    try:
        return predicate(expression)
    except FilterError as error:
        raise _invalid(str(error)) from None


def _ids(parameters: dict[str, Any]) -> list[str]:
    found: list[str] = parameters["TraceIds"]
    if not 1 <= len(found) <= MAX_TRACES:
        raise _invalid(f"TraceIds must have 1 to {MAX_TRACES} IDs")
    return found


def _invalid(reason: str) -> OperationError:
    return OperationError("InvalidRequestException", reason)


def _duration(spans: Sequence[Span]) -> float:
    return (max(one.end for one in spans) - min(one.start for one in spans)) / 1e9


def _summary(spans: Sequence[Span]) -> dict[str, Any]:
    first = spans[0]
    http = {
        "HttpMethod": first.attributes.get("http.request.method"),
        "HttpURL": first.attributes.get("url.path") or first.attributes.get("http.route"),
        "HttpStatus": first.status or None,
    }
    return {
        "Id": xray_id(first.trace_id),
        "StartTime": first.start / 1e9,
        "Duration": _duration(spans),
        "ResponseTime": first.seconds,
        "HasFault": any(one.fault for one in spans),
        "HasError": any(one.error for one in spans),
        "HasThrottle": any(one.throttled for one in spans),
        "IsPartial": False,
        "Http": {name: value for name, value in http.items() if value},
        "ServiceIds": [{"Name": name, "Names": [name]} for name in _names(spans)],
        "EntryPoint": {"Name": first.service, "Names": [first.service]},
    }


def _names(spans: Sequence[Span]) -> list[str]:
    return sorted({one.service for one in spans})


def _trace(id_: str, spans: Sequence[Span]) -> dict[str, Any]:
    return {
        "Id": xray_id(w3c_id(id_)),
        "Duration": _duration(spans),
        "LimitExceeded": False,
        "Segments": list(segments(spans)),
    }


def _services(graph: Graph, start: float, end: float) -> list[dict[str, Any]]:
    remote = {callee for _, callee in graph.calls if callee not in graph.services}
    callers = {caller for caller, _ in graph.calls if caller not in graph.services}
    numbers = {name: at for at, name in enumerate(sorted({*graph.services, *remote, *callers}))}
    called = {callee for _, callee in graph.calls}
    return [
        {
            "ReferenceId": number,
            "Name": name,
            "Names": [name],
            "Root": name not in called,
            "Type": "remote" if name in remote else "AWS::ECS::Container",
            "State": "active",
            "StartTime": start,
            "EndTime": end,
            "Edges": [
                {
                    "ReferenceId": numbers[callee],
                    "StartTime": start,
                    "EndTime": end,
                    "SummaryStatistics": _statistics(of),
                }
                for (caller, callee), of in sorted(graph.calls.items())
                if caller == name
            ],
            "SummaryStatistics": _statistics(graph.services.get(name, Statistics())),
        }
        for name, number in numbers.items()
    ]


def _statistics(of: Statistics) -> dict[str, Any]:
    return {
        "OkCount": of.requests - of.errors - of.faults,
        "ErrorStatistics": {"OtherCount": of.errors, "ThrottleCount": 0, "TotalCount": of.errors},
        "FaultStatistics": {"OtherCount": of.faults, "TotalCount": of.faults},
        "TotalCount": of.requests,
        "TotalResponseTime": sum(of.seconds),
    }
