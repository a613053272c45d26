"""What tracing and log lines cost those who send them; sections of `bench.telemetry`.

Both compare by turns in one run: `orders` placed with every trace recorded and with tracing off,
and messages sent to SQS while 2,000 log lines a second are stored and while none are.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

import psutil
from rich.progress import track

from bench.cloud import running_cloud
from bench.load import load
from bench.log_lines import GROUP, PER_SECOND
from bench.running import BenchError, eventually, running_shop, screen
from localcloud import ports
from localcloud.clients import client
from localcloud.layout import ROOT
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bench.running import Shop
    from localcloud.layout import Layout

ROUNDS = 20
SECONDS = 1.0
CONNECTIONS = 4
ORDERS_WANTED, SENDS_WANTED = 0.8, 0.85
ORDER = {"customer": "ada", "lines": [{"sku": "lamp", "quantity": 1}]}
TRACED = {"OTEL_SDK_DISABLED": "false", "OTEL_TRACES_SAMPLER_ARG": "1"}
LINES = f"select count(*) from log_event where log_group = '{GROUP}'"
SPANS = "select count(*) from span where service = 'orders'"
UNTRACED = {"OTEL_SDK_DISABLED": "true"}


def orders() -> None:
    """Compare orders a second with all traces recorded to those without tracing: at least 0.8."""
    with running_shop() as shop, ExitStack() as stack:
        _, customer = shop.place_order()
        headers = {**customer, "content-type": "application/json"}
        body = json.dumps(ORDER).encode()

        def placing(way: str, variables: Mapping[str, str]) -> Callable[[], float]:
            url = f"{stack.enter_context(_orders(shop, way, variables))}/orders"

            def place() -> float:
                found = load([url], headers, connections=CONNECTIONS, seconds=SECONDS, body=body)
                return found.per_second

            return place

        untraced, traced = placing("untraced", UNTRACED), placing("traced", TRACED)
        print(f"POST /orders, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:.0f} s")
        before = _count(shop.layout, SPANS)
        _compare("tracing off", untraced, "tracing at 100 %", traced, ORDERS_WANTED)
        print(f"  spans stored: {_count(shop.layout, SPANS) - before}")


@contextmanager
def _orders(shop: Shop, way: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Serve a copy of the task of `orders` with other *variables*; yield its address."""
    tasks = [one for one in shop.processes() if one.cmdline()[1:] == ["-m", "orders"]]
    if not tasks:
        raise BenchError("no task of orders runs")
    port = claim(shop.layout, f"bench-{way}")
    environment = {**tasks[0].environ(), "HOST": HOST, "PORT": str(port), **variables}
    if way == "traced" and not environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        raise BenchError("the task of orders has no OTEL_EXPORTER_OTLP_ENDPOINT")
    with subprocess.Popen(
        tasks[0].cmdline(), cwd=tasks[0].cwd(), env=environment, stdout=subprocess.DEVNULL
    ) as task:
        try:
            eventually(lambda: ports.is_listening(port), f"orders {way}")
            yield f"http://{HOST}:{port}"
        finally:
            task.terminate()


def sends() -> None:
    """Compare SQS sends a second under 2,000 log lines to those under none: at least 0.85."""
    with running_cloud() as layout:
        sqs = client(layout, "sqs")
        client(layout, "logs").create_log_group(logGroupName=GROUP)
        queue = sqs.create_queue(QueueName="bench")["QueueUrl"]
        endpoint = f"http://{HOST}:{claim(layout, 'aws')}"
        lines = subprocess.Popen([sys.executable, "-m", "bench.log_lines", endpoint], cwd=ROOT)
        writer = psutil.Process(lines.pid)
        running = 0.0

        def under_lines() -> float:
            nonlocal running
            began = time.perf_counter()
            writer.resume()
            try:
                return _sends(sqs, queue)
            finally:
                writer.suspend()
                running += time.perf_counter() - began

        try:
            eventually(lambda: _count(layout, LINES) > 0, "log lines are stored")
            writer.suspend()
            before = _count(layout, LINES)
            print(f"SendMessage, 1 client, {ROUNDS} rounds of {SECONDS:.0f} s")
            _compare(
                "without log lines",
                lambda: _sends(sqs, queue),
                f"with {PER_SECOND} a second",
                under_lines,
                SENDS_WANTED,
            )
            stored = _count(layout, LINES) - before
            print(f"  lines stored: {stored / running:.0f} a second")
        finally:
            lines.kill()
            lines.wait()


def _sends(sqs: Any, queue: str) -> float:
    """Return the messages sent in a second."""
    began, sent = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < SECONDS:
        sqs.send_message(QueueUrl=queue, MessageBody="x" * 500)
        sent += 1
    return sent / took


def _count(layout: Layout, statement: str) -> int:
    """Return what *statement* counts in the file of the telemetry process."""
    uri = f"file:{layout.data / 'telemetry.db'}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        return database.execute(statement).fetchone()[0]


def _compare(
    first: str, one: Callable[[], float], second: str, other: Callable[[], float], wanted: float
) -> None:
    """Measure both by turns and print their medians and the median ratio of the pairs."""
    pairs: list[tuple[float, float]] = []
    for number in track(range(ROUNDS + 1), "measuring", console=screen, transient=True):
        order = (one, other) if number % 2 else (other, one)
        found = {measure: measure() for measure in order}
        if number:  # the first round warms up
            pairs.append((found[one], found[other]))
    a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(found / base for base, found in pairs)
    print(f"  {first} {a:.0f}/s, {second} {b:.0f}/s")
    print(f"  ratio {ratio:.2f} (wanted: at least {wanted:.2f})")
