"""How the SDK waits for the end of a program."""

import asyncio
import contextvars
import gc
from importlib.util import find_spec, module_from_spec

import pulumi
import pytest
from pulumi.runtime import resource, rpc, stack
from pulumi.runtime.settings import SETTINGS, _get_rpc_manager

from stacks.tuning import DEBUG, in_turns, stack_trace, start_pending_requests, tuned

RESOURCES = 20


async def end_of_a_program(in_turn):
    """Wait for requests and outputs of some resources, each ready some turns after the last."""

    async def answered(number):
        for _ in range(10 * number):
            await asyncio.sleep(0)

    for number in range(RESOURCES):
        request = _get_rpc_manager().do_rpc("register", answered)
        asyncio.ensure_future(request(number))  # noqa: RUF006 - the manager keeps it
        SETTINGS.outputs.add(asyncio.ensure_future(answered(number)))
    if in_turn:
        start_pending_requests()
    await stack.wait_for_rpcs()


@pytest.mark.parametrize(("in_turn", "fewest", "most"), [(False, 10, 50), (True, 0, 3)])
def test_outputs_are_not_looked_at_anew_for_each_resource(monkeypatch, in_turn, fewest, most):
    looks = []
    wait = asyncio.wait

    def counted(pending, **how):
        looks.append(len(pending))
        return wait(pending, **how)

    monkeypatch.setattr(stack.asyncio, "wait", counted)

    contextvars.Context().run(asyncio.run, end_of_a_program(in_turn))

    assert fewest <= len(looks) <= most


def test_pending_requests_proceed_between_the_steps_of_a_program():
    happened = []

    async def request(number):
        happened.append(f"request {number}")

    def steps():
        pending = []
        for number in range(2):
            happened.append(f"define {number}")
            pending.append(asyncio.ensure_future(request(number)))
            yield
        return len(pending)

    returned = asyncio.run(in_turns(steps()))

    assert happened == ["define 0", "request 0", "define 1", "request 1"]
    assert returned == len(happened) / 2


@pytest.mark.parametrize(("wanted", "kept"), [(None, False), ("false", False), ("true", True)])
def test_debug_messages_are_sent_only_if_pulumi_is_to_show_them(monkeypatch, wanted, kept):
    sent = []
    monkeypatch.setattr(pulumi.log, "debug", sent.append)
    monkeypatch.setattr(gc, "disable", lambda: None)
    monkeypatch.setattr(resource, "_get_stack_trace", resource._get_stack_trace)
    monkeypatch.setattr(rpc, "transfer_properties", rpc.transfer_properties)
    monkeypatch.delenv(DEBUG, raising=False)
    if wanted is not None:
        monkeypatch.setenv(DEBUG, wanted)

    async def program():
        with tuned():
            pulumi.log.debug("registering resource")

    contextvars.Context().run(asyncio.run, program())

    assert bool(sent) == kept


def module_of_the_sdk():
    """Another copy of the SDK's module: the tests run without its stack traces."""
    spec = find_spec(resource.__name__)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UNCHANGED = module_of_the_sdk()


class Base:
    def __init__(self):
        self.traces = UNCHANGED._get_stack_trace(), stack_trace()


class Component(Base):
    def __init__(self):
        super().__init__()


class Service(Component):
    def __init__(self):
        super().__init__()


@pytest.mark.parametrize(("kind", "frames"), [(Service, True), (Component, False)])
def test_a_stack_trace_is_that_of_the_sdk(kind, frames):
    made = eval("kind()", {"kind": kind})  # a frame without a file

    of_the_sdk, ours = made.traces

    assert ours == of_the_sdk
    assert bool(ours.frames) == frames
