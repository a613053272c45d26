"""How the SDK waits for the end of a program."""

import asyncio
import contextvars

import pytest
from pulumi.runtime import stack
from pulumi.runtime.settings import SETTINGS, _get_rpc_manager

from stacks.tuning import start_pending_requests

RESOURCES = 20


async def end_of_a_program(in_turn):
    """Wait for requests and outputs of some resources, each ready a bit later than the last."""

    async def answered(number):
        await asyncio.sleep(number / 500)

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
