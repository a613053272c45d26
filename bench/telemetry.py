"""Measures the telemetry process: `python -m bench.telemetry [section ...]`.

Every figure is a ratio of two measurements of one run: `insights` and `spans` in CPU time, `orders`
(which brings a shop up) and `sends` (which starts a local cloud) in what is done per second.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bench.telemetry_rates import orders, sends
from localcloud.telemetry.database import Database
from localcloud.telemetry.insights.evaluation import evaluate
from localcloud.telemetry.insights.parser import parse
from localcloud.telemetry.insights.source import Source
from localcloud.telemetry.logs.events import LogEvent
from localcloud.telemetry.logs.store import LogStore
from localcloud.telemetry.traces.decode import from_protobuf, spans_of
from localcloud.telemetry.traces.store import SpanStore

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 100_000
EXPORTS, SPANS_OF_EXPORT = 100, 500
START = 1_764_486_000_000
QUERIES = (
    "fields @timestamp, level, event | filter level = 'ERROR' | sort @timestamp desc | limit 20",
    "stats count(*) as n, avg(duration), pct(duration, 99) by bin(5m), status",
    "filter @message like /ERROR/ | stats count(*) by @logStream",
    r"parse @message /\"status\": (?<code>\d+)/ | stats count(*) by code",
)


def insights() -> None:
    """Compare queries over 100,000 lines with a scan that parses them: at most 4."""
    with tempfile.TemporaryDirectory() as folder:
        source = _lines(Path(folder) / "telemetry.db")
        scan = _cpu(lambda: deque((json.loads(one.message) for one in source.events()), maxlen=0))
        print(f"scan of {LINES} lines: {scan:.2f} s of CPU")
        for text in QUERIES:
            query = parse(text)
            took = _cpu(lambda query=query: evaluate(query, source.events()))
            print(f"{took / scan:5.2f} x  {text}")


def _lines(path: Path) -> Source:
    """Return the source of the lines, after storing them."""
    database = Database(path)
    database.changed = lambda: None  # type: ignore[method-assign] - no event loop runs here
    store = LogStore(database)
    for stream in range(10):
        events = [
            LogEvent(START + number * 10 + stream, json.dumps(_line(number)), START)
            for number in range(LINES // 10)
        ]
        store.append("1", "eu-west-1", "g", str(stream), events)
    database.close()
    return Source(str(path), "eu-west-1", ("g",), 0, START * 2)


def _line(number: int) -> dict[str, object]:
    return {
        "level": "INFO" if number % 10 else "ERROR",
        "event": "order-placed",
        "status": 200 + number % 3,
        "duration": number % 500 * 1.5,
        "order": {"id": f"{number:032x}", "lines": [{"sku": "a", "count": number % 7}]},
    }


def spans() -> None:
    """Compare the ingest of spans with parsing them: at most 4."""
    exports = [_export(number) for number in range(EXPORTS)]
    parsing = _cpu(lambda: deque((spans_of(from_protobuf(one)) for one in exports), maxlen=0))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "telemetry.db")
        database.changed = lambda: None  # type: ignore[method-assign] - no event loop runs here
        store = SpanStore(database)

        def ingest() -> None:
            for one in exports:
                store.add(spans_of(from_protobuf(one))[0])
                database.flush()

        took = _cpu(ingest)
        database.close()
    print(f"parsing of {EXPORTS * SPANS_OF_EXPORT} spans: {parsing:.2f} s of CPU")
    print(f"{took / parsing:5.2f} x  ingest of spans")


def _export(number: int) -> bytes:
    """Return the body of a request with spans as the kit sends them."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    service = resource.resource.attributes.add()
    service.key, service.value.string_value = "service.name", "orders"
    scope = resource.scope_spans.add()
    for index in range(SPANS_OF_EXPORT):
        at = (START + number) * 1_000_000
        span = scope.spans.add(
            trace_id=(number * SPANS_OF_EXPORT + index // 10 + 1).to_bytes(16, "big"),
            span_id=(number * SPANS_OF_EXPORT + index + 1).to_bytes(8, "big"),
            name="GET /orders/{order}",
            kind=2,
            start_time_unix_nano=at,
            end_time_unix_nano=at + 1_500_000,
        )
        for key in ("http.request.method", "url.path", "http.route", "server.address"):
            attribute = span.attributes.add()
            attribute.key, attribute.value.string_value = key, f"value of {key}"
    return request.SerializeToString()


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


SECTIONS: dict[str, Callable[[], None]] = {
    "insights": insights,
    "spans": spans,
    "orders": orders,
    "sends": sends,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or SECTIONS:
        SECTIONS[name]()
