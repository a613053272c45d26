"""Measures the telemetry process: `python -m bench.telemetry [section ...]`.

Its figures are ratios of two measurements of one run: `insights` and `spans` in CPU time, `orders`
(which brings a shop up) and `sends` (which starts a local cloud) in what is done per second. Only
`memory` (which starts a local cloud) prints bytes and seconds.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from bench.telemetry_data import EXPORTS, LINES, SPANS_OF_EXPORT, export, line
from bench.telemetry_memory import memory
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
            LogEvent(START + number * 10 + stream, json.dumps(line(number)), START)
            for number in range(LINES // 10)
        ]
        store.append("1", "eu-west-1", "g", str(stream), events)
    database.close()
    return Source(str(path), "eu-west-1", ("g",), 0, START * 2)


def spans() -> None:
    """Compare the ingest of spans with parsing them: at most 4."""
    exports = [export(number, START) for number in range(EXPORTS)]
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


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


SECTIONS: dict[str, Callable[[], None]] = {
    "insights": insights,
    "spans": spans,
    "orders": orders,
    "sends": sends,
    "memory": memory,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or SECTIONS:
        SECTIONS[name]()
