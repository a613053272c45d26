"""Run a program against Pulumi's mocks and record what it registered."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime.mocks import MockMonitor

from tests.computed import COMPUTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.runtime import MockCallArgs, MockResourceArgs


@dataclass
class Recorded(pulumi.runtime.Mocks):
    """Answer every registration and remember it."""

    resources: list[MockResourceArgs] = field(default_factory=list)
    requests: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    exports: dict[str, Any] = field(default_factory=dict)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources.append(args)
        name = args.name
        made_up = {
            "arn": f"arn:aws:test:::{name}",
            "arnSuffix": f"suffix/{name}",
            "name": name,
            "url": f"https://{name}.test",
            "repositoryUrl": f"registry.test/{name}",
            "apiEndpoint": f"https://{name}.test",
            "dnsName": f"{name}.test",
            "executionArn": f"arn:aws:execute-api:::{name}",
            "zoneId": f"Z-{name}",
            "keyId": f"{name}-key-id",
            "bucket": name,
            "identifier": name,
            "fqdn": f"{name}.test",
            "allocationId": f"eipalloc-{name}",
            "publicIp": "192.0.2.1",
        }
        computed = COMPUTED.get(args.typ, lambda _: {})(name)
        return f"{name}-id", {**made_up, **args.inputs, **computed}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        raise NotImplementedError(f"{args.token} is not mocked: pass its value in instead")

    def all(self, typ: str) -> list[MockResourceArgs]:
        return [r for r in self.resources if r.typ == typ]

    def one(self, typ: str, name: str) -> MockResourceArgs:
        found = [r for r in self.all(typ) if r.name == name]
        assert len(found) == 1, f"{name} among {[r.name for r in self.all(typ)]}"
        return found[0]

    def request(self, resource: MockResourceArgs) -> Any:
        """Return the registration itself: parent, protection, hooks, dependencies."""
        return self.requests[resource.typ, resource.name]


class RecordingMonitor(MockMonitor):
    """Keeps what mocks do not see: options of a registration, and outputs of components."""

    def RegisterResource(self, request):  # noqa: N802 - the engine's name for it
        self.mocks.requests[request.type, request.name] = request
        return super().RegisterResource(request)

    def RegisterResourceOutputs(self, request):  # noqa: N802 - the engine's name for it
        self.mocks.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)


@functools.cache
def event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of all programs: a loop for each program would stay open in its thread."""
    return asyncio.new_event_loop()


def run(program: Callable[[], object]) -> Recorded:
    """Run *program* to its end and return everything it registered."""
    asyncio.set_event_loop(event_loop())  # an asynchronous test leaves none behind
    recorded = Recorded()
    pulumi.runtime.set_mocks(
        recorded,
        project="bulkhead",
        stack="test",
        preview=False,
        monitor=RecordingMonitor(recorded),
    )

    @pulumi.runtime.test
    def main() -> None:
        program()

    main()
    return recorded
