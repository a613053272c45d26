"""Uses the shop through the `bulkhead` command and HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psutil
import requests

from localcloud.clients import client
from localcloud.layout import ROOT, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

UP_SECONDS = 600

PAUSE_SECONDS = 0.1
"""Seconds between the orders of a customer, so that no backlog of events builds up."""


def bulkhead(
    home: Layout,
    *words: str,
    root: Path = ROOT,
    check: bool = True,
    timeout: float = UP_SECONDS,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the `bulkhead` command of the checkout *root* on the state in *home*."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", *words],
        cwd=root,
        env=environment(home) | dict(variables or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"bulkhead {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
    return done


def environment(home: Layout) -> dict[str, str]:
    """Return the environment variables of a shell with BULKHEAD_HOME set to *home*."""
    return os.environ | {"BULKHEAD_HOME": str(home.home), "COLUMNS": "200"}


def start(home: Layout, *words: str, root: Path = ROOT) -> subprocess.Popen[str]:
    """Start the command as the leader of a process group, which receives Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-m", "ops", *words],
        cwd=root,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def engine_of(command: subprocess.Popen[str]) -> psutil.Process:
    """Return the process of the Pulumi CLI that *command* has started."""

    def found() -> psutil.Process | None:
        for one in psutil.Process(command.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if one.name() == "pulumi" and "up" in one.cmdline():
                    return one
        return None

    return eventually(found, seconds=60)


def read_until(command: subprocess.Popen[str], text: str) -> list[str]:
    """Return the output of *command* up to the first line with *text*."""
    lines = []
    for line in command.stdout or ():
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"{text!r} was not printed:\n{''.join(lines)}")


def eventually(ask: Callable[[], Any], *, seconds: float = 20.0, every: float = 0.1) -> Any:
    """Return the first true result of *ask*; fail with the last result after *seconds*."""
    deadline = time.monotonic() + seconds
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {found!r}"
        time.sleep(every)


@dataclass
class Shop:
    """A running shop."""

    layout: Layout
    root: Path = ROOT
    """Folder of the checkout whose commands are run."""
    tokens: dict[str, str] = field(default_factory=dict)

    def bulkhead(self, *words: str, **how: Any) -> subprocess.CompletedProcess[str]:
        return bulkhead(self.layout, *words, **{"root": self.root} | how)

    def status(self) -> dict[str, Any]:
        return json.loads(self.bulkhead("status", "--json", check=False).stdout)

    @property
    def outputs(self) -> dict[str, Any]:
        (stack,) = [one for one in self.state() if one["type"] == "pulumi:pulumi:Stack"]
        return stack["outputs"]

    @cached_property
    def endpoints(self) -> dict[str, str]:
        return self.status()["endpoints"]

    def aws(self, service: str) -> Any:
        return client(self.layout, service)

    def as_role(self, role: str) -> dict[str, str]:
        """Return an Authorization header with a token of *role*, fetched once per role."""
        if role not in self.tokens:
            self.tokens[role] = self.bulkhead("token", role).stdout.strip()
        return {"authorization": f"Bearer {self.tokens[role]}"}

    def put_item(self, sku: str, price_cents: int = 4200) -> requests.Response:
        return requests.put(
            f"{self.endpoints['api']}/catalog/{sku}",
            json={"name": sku.title(), "price_cents": price_cents},
            headers=self.as_role("merchandiser"),
            timeout=15,
        )

    def item(self, sku: str) -> requests.Response:
        return requests.get(f"{self.endpoints['api']}/catalog/{sku}", timeout=15)

    def place(
        self, sku: str = "lamp", quantity: int = 1, *, key: str | None = None, shop: str = ""
    ) -> requests.Response:
        headers = self.as_role("customer") | ({"idempotency-key": key} if key else {})
        return requests.post(
            f"{shop or self.endpoints['shop']}/orders",
            json={"customer": "ada", "lines": [{"sku": sku, "quantity": quantity}]},
            headers=headers,
            timeout=15,
        )

    def order(self, order_id: str) -> requests.Response:
        url = f"{self.endpoints['shop']}/orders/{order_id}"
        return requests.get(url, headers=self.as_role("customer"), timeout=15)

    def notification(self, order_id: str) -> requests.Response:
        url = f"{self.endpoints['api']}/notifications/{order_id}"
        return requests.get(url, headers=self.as_role("customer"), timeout=15)

    def pieces(self, sku: str) -> int | None:
        """Return the pieces of *sku* in stock; None if the inventory does not know it."""
        answer = requests.get(f"{self.endpoints['api']}/inventory/{sku}", timeout=15)
        return answer.json().get("pieces") if answer.ok else None

    def wait_for_notification(self, order_id: str, seconds: float = 30) -> dict[str, Any]:
        def sent() -> Any:
            answer = self.notification(order_id)
            told = answer.json() if answer.status_code == requests.codes.ok else {}
            return told if told.get("notifications") else None

        return eventually(sent, seconds=seconds)

    @contextlib.contextmanager
    def under_load(self, customers: int = 4) -> Generator[list[str]]:
        """Place orders during the block; yield the list of their IDs; fail if an order failed."""
        placed: list[str] = []
        failed: list[str] = []
        stop = threading.Event()

        def customer() -> None:
            while not stop.wait(PAUSE_SECONDS):
                try:
                    answer = self.place()
                except requests.RequestException as error:
                    failed.append(repr(error))
                else:
                    if answer.status_code == requests.codes.created:
                        placed.append(answer.json()["id"])
                    else:
                        failed.append(f"{answer.status_code} {answer.text}")

        with ThreadPoolExecutor(customers) as threads:
            running = [threads.submit(customer) for _ in range(customers)]
            try:
                yield placed
            finally:
                stop.set()
                for one in running:
                    one.result()
        assert not failed, f"{len(failed)} of {len(failed) + len(placed)}: {failed[:5]}"

    def queue(self, part: str) -> str:
        """Return the URL of the only queue with *part* in its name."""
        urls = self.aws("sqs").list_queues()["QueueUrls"]
        [found] = [url for url in urls if part in url]
        return found

    def bucket(self, part: str) -> str:
        """Return the name of the only bucket with *part* in its name."""
        names = [one["Name"] for one in self.aws("s3").list_buckets()["Buckets"]]
        [found] = [name for name in names if part in name]
        return found

    def topic(self) -> str:
        """Return the ARN of the topic of order events."""
        topics = self.aws("sns").list_topics()["Topics"]
        [found] = [one["TopicArn"] for one in topics if "order-placed" in one["TopicArn"]]
        return found

    def status_of_supervisor(self) -> dict[str, Any]:
        return json.loads((self.layout.run / "supervisor.json").read_text())

    def start_without_pulumi(self) -> None:
        """Start the local cloud without `pulumi up`, which must not be necessary."""
        subprocess.run(
            [sys.executable, "-m", "localcloud.supervisor", "start"],
            cwd=self.root,
            env=environment(self.layout),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=UP_SECONDS,
        )

    def processes(self) -> list[psutil.Process]:
        """Return all processes of this shop: those with its folder in their command line."""
        home = str(self.layout.home)
        every = psutil.process_iter(["cmdline"])
        return [one for one in every if home in " ".join(one.info["cmdline"] or ())]

    def tasks(self, process: str = "main") -> list[psutil.Process]:
        """Return the running processes of one ECS service of `orders`."""
        about = self.outputs["services"]["orders"]
        arns = self.aws("ecs").list_tasks(
            cluster=about["cluster_arn"], serviceName=about["service_arns"][process]
        )["taskArns"]
        known = [json.loads(one.read_text()) for one in (self.layout.run / "tasks").glob("*.json")]
        return [psutil.Process(one["pid"]) for one in known if one["task"] in arns]

    def pulumi(
        self, *words: str, root: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run plain Pulumi in the environment that `bulkhead env local` prints."""
        script = f'eval "$({sys.executable} -m ops env local)" && exec pulumi "$@"'
        done = subprocess.run(
            ["bash", "-c", script, "bash", *words],
            cwd=root or self.root,
            env=environment(self.layout),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"pulumi {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done

    def state(self) -> list[dict[str, Any]]:
        """Return the resources in the stack's state."""
        return json.loads(self.pulumi("stack", "export").stdout)["deployment"].get("resources", [])
