"""What each component promises, whichever it is; a new one is found by itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pulumi
import pytest

import components

ROOT = "pulumi:pulumi:Stack"
RAW_IN_LAYERS = {
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
    "aws:s3/bucketLogging:BucketLogging",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "aws:xray/indexingRule:IndexingRule",
    "aws:xray/traceSegmentDestination:TraceSegmentDestination",
    "aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation",
    "aws:route53/zone:Zone",
    "aws:scheduler/scheduleGroup:ScheduleGroup",
    "aws:route53/record:Record",
}
"""What layers may define themselves: a component would only repeat it."""


def _found() -> dict[str, type[pulumi.ComponentResource]]:
    found = {}
    for module in pkgutil.walk_packages(components.__path__, "components."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            defined_here = getattr(kind, "__module__", None) == module.name
            if (
                inspect.isclass(kind)
                and defined_here
                and issubclass(kind, pulumi.ComponentResource)
            ):
                found[name] = kind
    return found


COMPONENTS = _found()
each_component = pytest.mark.parametrize("name", sorted(COMPONENTS))


RENAMED = {"WorkloadSecurityGroup": "WorkloadGroup", "AuroraDatabase": "PostgresDatabase"}
"""Class to the name in its token, which stays when a class is renamed."""


def _token(kind: type) -> str:
    _, *folders, _ = kind.__module__.split(".")
    group = folders[0] if folders else "service"
    return f"bulkhead:{group}:{RENAMED.get(kind.__name__, kind.__name__)}"


@each_component
def test_it_is_made_with_a_name_its_arguments_and_options(name):
    parameters = inspect.signature(COMPONENTS[name].__init__).parameters

    assert list(parameters) == ["self", "name", "args", "opts"]
    assert parameters["opts"].default is None


@each_component
def test_its_arguments_cannot_be_changed_or_given_by_place(name):
    [hint] = [
        p.annotation
        for p in inspect.signature(COMPONENTS[name].__init__).parameters.values()
        if p.name == "args"
    ]

    assert hint == f"{name}Args"


@each_component
def test_it_is_part_of_an_environment_under_the_token_of_its_folder(environment, name):
    made = environment("prod")

    assert made.all(_token(COMPONENTS[name]))


@each_component
def test_it_registers_the_outputs_it_declares(environment, name):
    made = environment("prod")
    kind = COMPONENTS[name]
    declared = dict(vars(kind).get("__annotations__", {}))
    always = {field for field, hint in declared.items() if "None" not in hint}
    token = _token(kind)

    registered = [
        set(outputs)
        for urn, outputs in made.outputs.items()
        if urn.split("::")[2].split("$")[-1] == token
    ]
    assert len(registered) == len(made.all(token))
    for outputs in registered:
        assert always <= outputs <= set(declared)


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_no_resource_stands_outside_a_component(environment, name):
    made = environment(name)

    orphans = [
        (request.type, request.name)
        for request in made.requests.values()
        if request.type.startswith("aws:")
        and request.type not in RAW_IN_LAYERS
        and request.parent.split("::")[2] == ROOT
    ]
    assert orphans == []


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_a_child_begins_with_the_name_of_its_component(environment, name):
    made = environment(name)

    strangers = []
    for request in made.requests.values():
        parent = request.parent.split("::")[-1] if request.parent else ""
        kind = request.parent.split("::")[2].split("$")[-1] if request.parent else ROOT
        first = parent.removesuffix("-containers").removesuffix("-runs")
        first = first.removesuffix("-stores").removesuffix("-routes").removesuffix("-calls")
        if kind != ROOT and not request.name.startswith(first):
            strangers.append((kind, parent, request.name))
    assert strangers == []


def test_the_modules_of_components_can_be_imported_without_a_program():
    for module in pkgutil.walk_packages(components.__path__, "components."):
        assert importlib.import_module(module.name).__doc__
