"""A running shop to measure, in a temporary home; it is destroyed at the end.

With `BENCH_HOME=<folder>` the shop that runs on that folder is measured instead, and left running.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import requests
from rich.console import Console

from localcloud.clients import client
from localcloud.layout import ROOT, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

screen = Console(stderr=True)
SECONDS = 30


class BenchError(RuntimeError):
    """What should be measured does not run."""


@dataclass(frozen=True)
class Shop:
    """One running shop."""

    layout: Layout

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of a command on this shop."""
        return os.environ | {"BULKHEAD_HOME": str(self.layout.home), "COLUMNS": "200"}

    def bulkhead(self, *words: str, check: bool = True) -> str:
        """Run the command on this shop and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "ops", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise BenchError(f"bulkhead {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    @cached_property
    def endpoints(self) -> dict[str, str]:
        """Where the load balancer (`shop`) and the HTTP API (`api`) are."""
        return json.loads(self.bulkhead("status", "--json", check=False))["endpoints"]

    def as_role(self, role: str) -> dict[str, str]:
        """Return the Authorization header."""
        return {"authorization": f"Bearer {self.bulkhead('token', role).strip()}"}

    def aws(self, service: str) -> Any:
        """Return a client of the emulated AWS."""
        return client(self.layout, service)

    def tasks(self) -> list[str]:
        """Return the addresses of the tasks that serve `orders`."""
        groups = self.aws("elbv2").describe_target_groups()["TargetGroups"]
        targets = [
            f"http://{one['Target']['Id']}:{one['Target']['Port']}"
            for group in groups
            if group["TargetGroupName"].startswith("orders-")
            for one in self.aws("elbv2").describe_target_health(
                TargetGroupArn=group["TargetGroupArn"]
            )["TargetHealthDescriptions"]
        ]
        return sorted(targets)

    def place_order(self) -> tuple[str, dict[str, str]]:
        """Place an order; return its id and the header of the customer it belongs to."""
        item = requests.put(
            f"{self.endpoints['api']}/catalog/lamp",
            json={"name": "Lamp", "price_cents": 4200},
            headers=self.as_role("merchandiser"),
            timeout=SECONDS,
        )
        item.raise_for_status()
        customer = self.as_role("customer")
        order = requests.post(
            f"{self.endpoints['shop']}/orders",
            json={"customer": "ada", "lines": [{"sku": "lamp", "quantity": 1}]},
            headers=customer,
            timeout=SECONDS,
        )
        order.raise_for_status()
        return order.json()["id"], customer

    def processes(self) -> list[psutil.Process]:
        """Return the supervisor and everything below it."""
        running = json.loads((self.layout.run / "supervisor.json").read_text())
        supervisor = psutil.Process(running["pid"])
        return [supervisor, *supervisor.children(recursive=True)]


def eventually(ask: Callable[[], Any], what: str, seconds: float = SECONDS) -> Any:
    """Return the first true result of *ask*."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        if time.monotonic() > deadline:
            raise BenchError(f"{what}: not within {seconds} s")
        time.sleep(0.05)
    return found


@contextmanager
def running_shop() -> Iterator[Shop]:
    """Yield a running shop."""
    if chosen := os.environ.get("BENCH_HOME"):
        yield Shop(Layout(Path(chosen).resolve()))
        return
    home = Path(tempfile.mkdtemp(prefix="bulkhead-bench-"))
    made = Shop(Layout(home))
    try:
        with screen.status("bringing the shop up in a temporary home"):
            made.bulkhead("up")
        yield made
    finally:
        with screen.status("taking the shop down"):
            made.bulkhead("down", check=False)
        shutil.rmtree(home, ignore_errors=True)
