"""Each rule says of a program what it says of the resources that its tests show.

The first stack that breaks a rule and the first that keeps it become the program of its page. Here
that program runs under mocks, with the real classes of the provider, and the rule is asked again.
"""

import asyncio
import itertools
import json

import pulumi
import pulumi_aws as aws
import pulumi_random
import pytest
from pulumi.runtime.mocks import MockMonitor

import policy.testing
from policy.engine.resource import Options, Resource
from policy.engine.stack import Stack
from policy.engine.values import UNKNOWN, from_struct, to_wire
from policy.pages.examples import is_example
from policy.pages.locations import source
from policy.pages.python import is_output, program
from policy.rules import all_rules
from tests.recording import event_loop

STACK = "pulumi:pulumi:Stack"
UNKNOWN_TEXT = to_wire(UNKNOWN)


NAMES = {
    "aws": aws,
    "json": json,
    "pulumi": pulumi,
    "random": pulumi_random,
}
"""What the programs import."""


class Mocks(pulumi.runtime.Mocks):
    """Give each resource the outputs that it has in the stack which the program was made from."""

    def __init__(self, shown):
        self.shown = {(one.type, one.name): one for one in shown.resources}

    def new_resource(self, args):
        outputs = known_outputs(self.shown[args.typ, args.name])
        return outputs.pop("id", None), {**args.inputs, **outputs}

    def call(self, args):
        raise NotImplementedError(args.token)


class Monitor(MockMonitor):
    """Keeps the registrations."""

    def __init__(self, mocks):
        super().__init__(mocks)
        self.requests = {}

    def RegisterResource(self, request):  # noqa: N802 - the engine's name for it
        answer = super().RegisterResource(request)
        if request.type != STACK:
            self.requests[answer.urn] = request
        return answer


def known_outputs(resource):
    return {
        key: value
        for key, value in resource.props.items()
        if is_output(resource.type, key) and value is not UNKNOWN
    }


def inputs(resource):
    """Return what is set and known; tags are told in two ways."""
    return {
        key: value
        for key, value in resource.props.items()
        if key not in {"tags", "tagsAll"}
        and value is not None
        and not is_output(resource.type, key)
        and UNKNOWN_TEXT not in json.dumps(to_wire(value))
    }


def made_by(code, shown):
    """Run *code* as a program and return what it registers, as the engine shows it to rules."""
    asyncio.set_event_loop(event_loop())  # an asynchronous test leaves none behind
    mocks = Mocks(shown)
    monitor = Monitor(mocks)
    pulumi.runtime.set_mocks(mocks, project="bulkhead", stack="test", preview=True, monitor=monitor)

    @pulumi.runtime.test
    def run():
        exec(code, NAMES.copy())

    run()
    names = {urn: mocks.shown[one.type, one.name] for urn, one in monitor.requests.items()}
    requests = {names[urn].urn: one for urn, one in monitor.requests.items()}
    resources = [
        Resource(
            one.type,
            one.name,
            one.urn,
            from_struct(requests[one.urn].object) | known_outputs(one),
            one.provider_props,
            Options(
                requests[one.urn].protect,
                tuple(requests[one.urn].ignoreChanges),
                one.options.parent,
            ),
            provider_name=one.provider_name,
        )
        for one in shown.resources  # they are registered in any order
    ]
    dependencies = {
        names[urn].urn: {
            key: [names[other].urn for other in found.urns]
            for key, found in one.propertyDependencies.items()
        }
        for urn, one in monitor.requests.items()
    }
    return Stack(resources, dependencies)


@pytest.fixture(scope="session")
def shown(replayed):
    """Give by rule the first stack that breaks it and the first that keeps it, each with why."""
    found = {}
    for rule, seen, said, chosen in replayed:
        stack = seen if isinstance(seen, Stack) else Stack([seen])
        if is_example(rule, stack):
            found.setdefault(rule.name, {}).setdefault(bool(said), (seen, said, chosen))
    return found


def rules_by_module():
    """Give the rules of each module: their programs import the same parts of the provider."""
    return {
        module: list(rules)
        for module, rules in itertools.groupby(sorted(all_rules(), key=source), key=source)
    }


@pytest.mark.parametrize(
    "rules", rules_by_module().values(), ids=[one.stem for one in rules_by_module()]
)
def test_a_program_is_judged_like_the_resources_it_was_made_from(rules, shown):
    for rule in rules:
        assert rule.name in shown
        for seen, said, chosen in shown[rule.name].values():
            stack = seen if isinstance(seen, Stack) else Stack([seen])
            made = made_by(program(stack), stack)
            asked = made if rule.stack_check else made.resources[0]

            found = policy.testing.violations(rule, asked, **chosen)

            for one, other in zip(made.resources, stack.resources, strict=True):
                assert inputs(one) | inputs(other) == inputs(one)
            assert {one.message for one in found} == {one.message for one in said}, program(stack)
