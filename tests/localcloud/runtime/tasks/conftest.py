"""An ECS of a few dictionaries, and tasks that are real processes."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from localcloud.layout import Layout
from localcloud.names import Names
from localcloud.runtime.log_sender import LogSender
from localcloud.runtime.tasks.credentials import TaskCredentials
from localcloud.runtime.tasks.process_registry import ProcessRegistry
from localcloud.runtime.tasks.task import TaskContext
from localcloud.runtime.tasks.worker import Worker

CLUSTER = "arn:aws:ecs:eu-west-1:000000000000:cluster/main"
DIGEST = "ab" * 32
IMAGE = f"000000000000.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:{DIGEST}"

SERVER = """
import http.server, os, signal, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = (os.environ.get("VERSION", "") + " " + str(os.getpid())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler)
server.daemon_threads = True
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print("serving", os.environ.get("VERSION"), flush=True)
server.serve_forever()
print("ended well", flush=True)
"""


@dataclass
class FakeCloud:
    """What the emulated ECS and the front door would say."""

    names: Names
    described: dict = field(default_factory=dict)
    definitions: dict = field(default_factory=dict)
    single: dict = field(default_factory=dict)
    service_reports: list = field(default_factory=list)
    task_reports: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    groups: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    """What the front door says of every target that is registered, unless it is healthy."""
    in_flight: dict = field(default_factory=dict)
    draining: dict = field(default_factory=dict)
    left: list = field(default_factory=list)
    secrets: dict = field(default_factory=dict)

    async def services(self):
        return list(self.described.values())

    async def tasks(self):
        return list(self.single.values())

    async def task_definition(self, name):
        return self.definitions[name]

    async def report_service(self, content):
        self.service_reports.append(content)

    async def report_task(self, content):
        self.task_reports.append(content)
        if content["taskArn"] in self.single:
            self.single[content["taskArn"]].update(lastStatus=content["lastStatus"])

    async def secret(self, value_from):
        return self.secrets[value_from]

    async def put(self, stream, events, _token):
        self.lines += [(stream.group, stream.name, one["message"]) for one in events]

    async def register(self, group, address):
        self.groups.setdefault(group, set()).add(address)

    async def deregister(self, group, address):
        self.left.append(address)
        self.groups.setdefault(group, set()).discard(address)
        if self.in_flight.get(address):
            self.draining.setdefault(group, set()).add(address)

    async def registered(self, group):
        return list(self.groups.get(group, ()))

    async def deregistration_delay(self, _group):
        return 5.0

    async def targets(self):
        found = {}
        for group, addresses in self.groups.items():
            found[group] = {
                one: {"state": self.states.get(one, self.states.get("*", "healthy")), "inFlight": 0}
                for one in addresses
            }
        for group, addresses in self.draining.items():
            for one in list(addresses):
                if not self.in_flight.get(one):
                    addresses.discard(one)
                else:
                    state = {"state": "draining", "inFlight": self.in_flight[one]}
                    found[group][one] = state
        return found


@dataclass
class Ecs:
    """Declares services and tasks, and looks at what became of them."""

    cloud: FakeCloud
    changes: asyncio.Queue
    layout: Layout
    worker: Worker
    overlays: list
    """What was reported of overlays: the service and the report."""

    def define(self, version, *, code=SERVER, **container):
        arn = f"arn:aws:ecs:eu-west-1:000000000000:task-definition/orders:{version}"
        environment = {"VERSION": str(version), **container.pop("environment", {})}
        default = {
            "name": "orders",
            "image": IMAGE,
            "command": ["python", "-c", code],
            "portMappings": [{"containerPort": 8080}],
            "stopTimeout": 2,
        }
        others = container.pop("others", [])
        first = {**default, **container}
        first["environment"] = [{"name": k, "value": v} for k, v in environment.items()]
        self.cloud.definitions[arn] = {
            "taskDefinitionArn": arn,
            "family": "orders",
            "containerDefinitions": [first, *others],
        }
        return arn

    def service(self, definition, count=1, *, groups=(), deployment="1", **settings):
        arn = "arn:aws:ecs:eu-west-1:000000000000:service/main/orders"
        self.cloud.described[arn] = {
            "serviceArn": arn,
            "serviceName": "orders",
            "clusterArn": CLUSTER,
            "status": "ACTIVE",
            "taskDefinition": definition,
            "desiredCount": count,
            "deployments": [{"id": deployment}],
            "loadBalancers": [
                {"targetGroupArn": one, "containerName": "orders", "containerPort": 8080}
                for one in groups
            ],
            **settings,
        }
        self.changes.put_nowait({"ecs"})

    def run_task(self, definition, **changes):
        arn = f"arn:aws:ecs:eu-west-1:000000000000:task/main/t{len(self.cloud.single)}"
        self.cloud.single[arn] = {
            "taskArn": arn,
            "clusterArn": CLUSTER,
            "taskDefinitionArn": definition,
            "lastStatus": "PROVISIONING",
            "desiredStatus": "RUNNING",
            "containers": [{"name": "orders"}],
            **changes,
        }
        self.changes.put_nowait({"ecs"})
        return arn

    def remove(self):
        self.cloud.described.clear()
        self.changes.put_nowait({"ecs"})

    async def until(self, state, seconds=15):
        """Wait for a report of the rollout state *state* and return it."""
        seen = len(self.cloud.service_reports)
        return await self.reported(lambda one: one["rolloutState"] == state, seen, seconds)

    async def reported(self, wanted, seen=0, seconds=15):
        async with asyncio.timeout(seconds):
            while True:
                for one in self.cloud.service_reports[seen:]:
                    if wanted(one):
                        return one
                await asyncio.sleep(0.02)

    async def stopped(self, arn, seconds=10):
        async with asyncio.timeout(seconds):
            while True:
                for one in self.cloud.task_reports:
                    if one["taskArn"] == arn and one["lastStatus"] == "STOPPED":
                        return one
                await asyncio.sleep(0.02)

    def tasks(self):
        return [m.task for runner, _ in self.worker._services.values() for m in runner.tasks]


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / "home")
    folder = layout.artifacts / "images" / DIGEST
    folder.mkdir(parents=True)
    source = tmp_path / "source"
    source.mkdir()
    described = {"service": "orders", "directory": str(source), "python": sys.executable}
    (folder / "image.json").write_text(json.dumps(described))
    return layout


@pytest.fixture
def ecs(layout, monkeypatch):
    """Give a worker that follows a fake ECS."""
    monkeypatch.setattr("localcloud.runtime.tasks.rollout.FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("localcloud.runtime.tasks.service_task.STEADY_SECONDS", 0.3)

    @asynccontextmanager
    async def opened():
        cloud = FakeCloud(Names(layout))
        changes = asyncio.Queue()

        async def names():
            return cloud.names

        context = TaskContext(
            layout,
            cloud,
            LogSender(cloud.put),
            ProcessRegistry(layout),
            TaskCredentials(None, "http://127.0.0.1:1"),
            names,
            "http://127.0.0.1:1",
        )
        reports = []
        worker = Worker(context, lambda workload, report: reports.append((workload, report)))

        async def follow():
            while True:
                yield await changes.get()

        running = asyncio.create_task(worker.run(follow()))
        try:
            yield Ecs(cloud, changes, layout, worker, reports)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return opened


@pytest.fixture
def eventually():
    """Wait until something holds."""

    async def wait(holds, seconds=10):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it never held"
            await asyncio.sleep(0.02)

    return wait
