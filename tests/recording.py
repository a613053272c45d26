"""Run a program against Pulumi's mocks and record what it registered."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
from google.protobuf import json_format
from pulumi.runtime import MockResourceArgs, rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto.resource_pb2 import RegisterResourceResponse

from stacks.tuning import start_pending_requests
from tests.computed import COMPUTED

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pulumi.runtime import MockCallArgs

T = TypeVar("T")


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
    """Keeps what mocks do not see: options of a registration, and outputs of components.

    Answers like its base class, without a loop to serialize plain values: half of the time.
    """

    def RegisterResource(self, request):  # noqa: N802 - the engine's name for it
        self.mocks.requests[request.type, request.name] = request
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return RegisterResourceResponse(urn=urn)
        inputs = rpc.deserialize_properties(request.object)
        registered = MockResourceArgs(
            typ=request.type,
            name=request.name,
            inputs=inputs,
            provider=request.provider,
            resource_id=request.importId,
            custom=request.custom,
        )
        id_, state = self.mocks.new_resource(registered)
        self.resources[urn] = MockMonitor.ResourceRegistration(urn, id_, state)
        computed = {name: value for name, value in state.items() if value is not inputs.get(name)}
        response = RegisterResourceResponse(urn=urn, id=id_, object=request.object)
        response.object.MergeFrom(at_once(rpc.serialize_properties(computed, {})))
        return response

    def RegisterResourceOutputs(self, request):  # noqa: N802 - the engine's name for it
        self.mocks.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of *coroutine*, which has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError(f"{coroutine} waits for something")


class EventLoop(asyncio.SelectorEventLoop):
    """Calls the monitor where the program runs: it answers at once, unlike the engine."""

    def run_in_executor(self, _executor, func, *args):
        answered = self.create_future()
        try:
            answered.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - raised by who awaits the answer
            answered.set_exception(error)
        return answered


@functools.cache
def event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of all programs: a loop for each program would stay open in its thread."""
    return EventLoop()


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
        start_pending_requests()

    main()
    return recorded
