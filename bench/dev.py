"""Measures the time from a saved file to its answer under `bulkhead dev`.

`python -m bench.dev` saves a file of a function and one of a container service 20 times each, while
a client asks every 20 ms. The first column is the time from before the write to the first answer of
the new code, the second that to the last answer of the code before it. The files are in this
checkout; they are restored at the end.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import requests
from rich.progress import track

from bench.running import BenchError, eventually, running_shop, screen
from localcloud.layout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bench.running import Shop

ROUNDS = 20
ASK_SECONDS = 0.02
SETTLE_SECONDS = 1.0
NOT_FOUND = 404


@dataclass
class Answers:
    """The answers of one URL, as a client sees them."""

    url: str
    headers: Mapping[str, str]
    seen: list[tuple[float, str]] = field(default_factory=list)
    """When each answer came, and its message."""
    failed: int = 0

    def ask(self, stop: threading.Event) -> None:
        """Ask until *stop*."""
        with requests.Session() as session:
            while not stop.wait(ASK_SECONDS):
                answer = session.get(self.url, headers=self.headers, timeout=30)
                if answer.status_code == NOT_FOUND:
                    self.seen.append((time.time(), answer.json()["message"]))
                else:
                    self.failed += 1


@contextmanager
def asking(answers: Answers) -> Iterator[None]:
    """Ask during the block."""
    stop = threading.Event()
    thread = threading.Thread(target=answers.ask, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def developing(shop: Shop) -> Iterator[list[str]]:
    """Run `bulkhead dev` during the block, and yield the lines that it prints."""
    lines: list[str] = []
    command = subprocess.Popen(
        [sys.executable, "-m", "ops", "dev"],
        cwd=ROOT,
        env=shop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    reader = threading.Thread(target=lambda: lines.extend(command.stdout or ()))
    reader.start()
    try:
        eventually(lambda: any("Watching" in line for line in lines), "bulkhead dev")
        yield lines
    finally:
        command.terminate()
        command.wait()
        reader.join()


def is_said(lines: list[str], after: int, text: str) -> bool:
    """Return whether a line after the first *after* ones has *text*."""
    return any(text in line for line in lines[after:])


def measure(
    lines: list[str], file: Path, text: str, workloads: tuple[str, ...], answers: Answers
) -> tuple[list[float], list[float]]:
    """Save *file* with another *text* in each round; return the times of first and last answers."""
    before = file.read_text()
    if text not in before:
        raise BenchError(f"{file} has no {text!r}")
    first: list[float] = []
    last: list[float] = []
    try:
        for number in track(range(ROUNDS), file.name, console=screen, transient=True):
            said, mark = len(lines), f"round {number}:"
            saved = time.time()
            file.write_text(before.replace(text, mark))
            for name in workloads:
                eventually(partial(is_said, lines, said, f"✓ {name} runs"), name)
            time.sleep(SETTLE_SECONDS)
            seen = [one for one in answers.seen if one[0] >= saved]
            first.append(min(at for at, message in seen if message.startswith(mark)) - saved)
            others = [at for at, message in seen if not message.startswith(mark)]
            last.append(max(others, default=saved) - saved)
    finally:
        file.write_text(before)
    return first, last


def show(name: str, first: list[float], last: list[float], answers: Answers) -> None:
    """Print one row."""
    print(
        f"  {name:<10} first answer: median {statistics.median(first):.2f} s, slowest"
        f" {max(first):.2f} s   last of the code before: median {statistics.median(last):.2f} s,"
        f" slowest {max(last):.2f} s   {answers.failed} of {len(answers.seen)} requests failed"
    )


def main() -> None:
    """Measure and print."""
    with running_shop() as shop:
        of_catalog = Answers(f"{shop.endpoints['api']}/catalog/nosuch", {})
        of_orders = Answers(f"{shop.endpoints['shop']}/orders/nosuch", shop.as_role("customer"))
        print(f"from a saved file to its answer, {ROUNDS} rounds")
        with developing(shop) as lines:
            file = ROOT / "services" / "catalog" / "handler.py"
            with asking(of_catalog):
                times = measure(lines, file, "the catalogue has no sku", ("catalog",), of_catalog)
            show("function", *times, of_catalog)
            file, workloads = ROOT / "services/orders/orders/app.py", ("orders", "orders-relay")
            with asking(of_orders):
                times = measure(lines, file, "there is no order", workloads, of_orders)
            show("task", *times, of_orders)


if __name__ == "__main__":
    main()
