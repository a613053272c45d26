"""Outputs of resources are those of the SDK, with less work."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec, module_from_spec

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.output import UNKNOWN
from pulumi.runtime import rpc
from pulumi.runtime.settings import SETTINGS

from stacks.resource_outputs import transfer_properties


def module_of_the_sdk():
    """Another copy of the SDK's module: the tests run without its outputs."""
    spec = find_spec(rpc.__name__)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UNCHANGED = module_of_the_sdk()
NAMES = ["urn", "id", "arn", "tags"]
VALUES = st.none() | st.text() | st.dictionaries(st.text(), st.integers())


class AnyResource(pulumi.Resource):
    """A resource that is never registered."""

    def __init__(self):
        """Skip the registration."""


@pytest.fixture(autouse=True)
def tracked():
    """Forget the outputs that the SDK tracks."""
    yield SETTINGS.outputs
    SETTINGS.outputs.clear()


SUCCESS = {"value": None, "known": True, "secret": False, "needs": None, "failed": None}


def resolve(resolver, **outcome):
    """Call *resolver* as the SDK does."""
    resolver(*(SUCCESS | outcome).values())


def resolved(transfer, *, custom, **outcome):
    """Return what each output that *transfer* sets is after *outcome*."""
    res = AnyResource()

    async def program():
        resolvers = transfer(res, NAMES, custom)
        for each in resolvers.values():
            resolve(each, **outcome)
        return {name: await vars(res)[name]._data for name in resolvers}

    found = asyncio.run(program())
    return {
        name: (data.value, data.is_known, data.is_secret, data.resources == {res})
        for name, data in found.items()
    }


@given(value=VALUES, known=st.booleans(), secret=st.booleans(), custom=st.booleans())
def test_outputs_resolve_to_what_the_outputs_of_the_sdk_do(value, known, secret, custom):
    outcome = {"value": value, "known": known, "secret": secret}

    ours = resolved(transfer_properties, custom=custom, **outcome)

    assert ours == resolved(UNCHANGED.transfer_properties, custom=custom, **outcome)
    assert ours.keys() == {"arn", "tags"} | (set() if custom else {"id"})


def test_an_unknown_value_is_not_known():
    ours = resolved(transfer_properties, custom=True, value={"key": UNKNOWN})

    assert {known for _, known, _, _ in ours.values()} == {False}


def test_an_output_depends_on_its_resource_and_what_the_engine_names():
    other, res = AnyResource(), AnyResource()

    async def program():
        resolve(transfer_properties(res, ["arn"], custom=True)["arn"], value="a", needs={other})
        return await res.arn.resources()

    assert asyncio.run(program()) == {res, other}


def test_a_failed_registration_fails_what_derives_from_its_outputs():
    res = AnyResource()

    async def program():
        resolvers = transfer_properties(res, ["arn"], custom=True)
        derived = res.arn.apply(lambda arn: f"{arn}/*")
        resolve(resolvers["arn"], failed=RuntimeError("refused"))
        await derived.future()

    with pytest.raises(RuntimeError, match="refused"):
        asyncio.run(program())


def test_the_end_of_a_program_waits_for_registrations_and_no_output_of_theirs(tracked):
    async def program():
        before = len(tracked)
        transfer_properties(AnyResource(), NAMES, custom=True)
        return len(tracked) - before

    assert asyncio.run(program()) == 0
