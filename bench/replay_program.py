"""Registers what another program registered, one resource after another.

The SDK registers side by side, in threads that compete with the engine and its plugins for the
processors: that takes several times as long as what is measured here, and never twice the same. One
at a time, the time is the sum of what each registration waits for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto.resource_pb2 import RegisterResourceRequest
from pulumi.runtime.rpc import UNKNOWN

from bench.running import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable

PROVIDER = "pulumi:providers:aws"
STACK = "pulumi:pulumi:Stack"
REGISTRATIONS = Path("registrations.jsonl")


class Mocks(pulumi.runtime.Mocks):
    """Mocks that return the inputs and record them."""

    def __init__(self) -> None:
        """Start without records."""
        self.made: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Return the inputs."""
        self.made.append(args)
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        """Reject invokes: the program makes none."""
        raise BenchError(f"{args.token} is not mocked")


class _Monitor(MockMonitor):
    """Monitor that records registrations."""

    def __init__(self, mocks: Mocks) -> None:
        """Start without records."""
        super().__init__(mocks)
        self.requests: list[RegisterResourceRequest] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name for it
        """Record the request."""
        self.requests.append(request)
        return super().RegisterResource(request)


def record(program: Callable[[], None], folder: Path) -> None:
    """Run *program* under mocks and write what it registers into *folder*."""
    mocks = Mocks()
    monitor = _Monitor(mocks)
    pulumi.runtime.set_mocks(mocks, project="bench", stack="bench", preview=False, monitor=monitor)
    pulumi.runtime.test(program)()
    lines = [
        json_format.MessageToJson(one, indent=None) for one in monitor.requests if one.type != STACK
    ]
    (folder / REGISTRATIONS).write_text("\n".join(lines))


def program() -> None:
    """Register what is recorded in the working directory; the provider comes first.

    In a preview the provider's id is not known yet.
    """
    monitor: Any = pulumi.runtime.settings.get_monitor()
    lines = REGISTRATIONS.read_text().splitlines()
    requests = [json_format.Parse(line, RegisterResourceRequest()) for line in lines]
    provider = ""
    for one in sorted(requests, key=lambda one: one.type != PROVIDER):
        for name in ("parent", "dependencies", "propertyDependencies"):
            one.ClearField(name)  # mocks made up the URNs in them
        one.provider = provider
        made = monitor.RegisterResource(one)
        provider = provider or f"{made.urn}::{made.id or UNKNOWN}"
