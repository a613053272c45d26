"""The translation from a description to a component: nothing that is written gets lost."""

from __future__ import annotations

import dataclasses

import pytest

from components.microservice import Microservice
from components.routing.paths import key
from components.service.containers import ContainerCompute
from components.service.function import FunctionCompute
from spec.catalogue import Catalogue
from spec.service import ServiceSpec
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.compute import ComputeSettings
from stacks.context import ServiceContext
from stacks.deployment_target import DeploymentTarget
from stacks.from_spec import microservice_args, route
from stacks.messaging import build_queues
from stacks.observed import watch
from stacks.shared import Shared
from tests.stacks.anything import AnyCallee, AnyChannels, AnyFunction, AnyPriority, AnyQueue
from tests.stacks.changes import changes
from tests.stacks.descriptions import (
    BY_CPU,
    CONTAINERS,
    COUNTING,
    FUNCTION,
    POLLED,
    SOURCED,
    STREAMED,
    TIMED,
    WORKING,
)

PART_OF_THE_NAME = {"name"}
"""Reaches the component as its name, which test_environments sees."""

PART_OF_THE_ENVIRONMENT = {"roles", "cors"}
"""Become groups of the user pool and the API's configuration, which test_environments sees."""

PART_OF_THE_SENDERS = {"senders"}
"""Gives other services a variable and a permission, which test_plain_queues sees."""

PART_OF_A_COMMAND = {"seeds"}
"""Read by `bulkhead seed` alone, which test_seed sees."""

CHOOSES_THE_MODEL = {"kind", "channel"}
"""Decides which of two models is read, and with it which arguments are made."""


ALWAYS = ("name", "description", "owner", "tier", "compute")
"""What every service has."""


@pytest.fixture
def context(platform):
    return ServiceContext(
        target=DeploymentTarget(environment="test", account="123456789012", region="eu-west-1"),
        platform=platform,
        compute=ComputeSettings(),
        artifacts=Artifacts(
            functions={"reminders": FunctionArchive(archive="/built/r.zip", sha256="0" * 64)},
            images={"billing": Image(digest=f"sha256:{'1' * 64}")},
        ),
        channels=AnyChannels(),
        queues=AnyQueue(),
        senders={},
        callees=AnyCallee(),
        priorities=AnyPriority(),
    )


@dataclasses.dataclass(frozen=True)
class Case:
    """A small description, and which of its fields are changed one by one."""

    text: dict
    below: tuple[str, ...]

    def changes(self):
        """Yield each field with a copy of the description in which only it is another."""
        for path, changed in changes(ServiceSpec.model_validate(self.text)):
            if f"{path}.".startswith(self.below):
                yield path, changed


def only(text, *names):
    """Return the description *text* with the fields *names* alone, beside those every service has.

    Fields that do not need each other are cases of their own: each change registers all resources.
    """
    return {name: value for name, value in text.items() if name in {*ALWAYS, *names}}


def case_of(text, *names, below=()):
    """Return a case in which the fields *names* of *text* are changed, and those *below*."""
    return Case(only(text, *names), tuple(f"{name}." for name in [*names, *below]))


CASES = {
    "containers": case_of(
        CONTAINERS, "routes", "roles", "publishes", "runbook", below=[*ALWAYS, "objectives"]
    ),
    "calls": case_of(CONTAINERS, "calls"),
    "processes": case_of(CONTAINERS, "processes", "queues"),
    "subscribed": Case(only(CONTAINERS, "processes", "consumes"), ("consumes.",)),
    "migrated": case_of(CONTAINERS, "stores", "migrations", "seeds"),
    "by-cpu": Case(only(BY_CPU), ("compute.scaling.target.",)),
    "counting": case_of(COUNTING, "metrics", "logs", below=["compute.scaling.target"]),
    "function": case_of(FUNCTION, "routes", "cors", below=[*ALWAYS, "objectives"]),
    "configured": case_of(FUNCTION, "secrets", "variables", "parameters"),
    "triggered": case_of(FUNCTION, "consumes"),
    "queued": case_of(FUNCTION, "queues"),
    "timed": case_of(TIMED, "schedules"),
    "working": case_of(WORKING, "jobs"),
    "polled": Case(POLLED, ("sources.",)),
    "streamed": Case({**only(FUNCTION), "consumes": STREAMED}, ("consumes.",)),
    **{
        name: Case({**only(FUNCTION), "stores": {name: store}}, ("stores.",))
        for name, store in FUNCTION["stores"].items()
    },
    **{
        name: Case({**SOURCED, "sources": {name: source}}, ("sources.",))
        for name, source in SOURCED["sources"].items()
    },
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_field_of_a_description_reaches_a_resource(build, context, case):
    before = _registered(build, ServiceSpec.model_validate(case.text), context)

    lost = []
    for path, changed in case.changes():
        last = path.rpartition(".")[2]
        elsewhere = PART_OF_THE_NAME | PART_OF_THE_ENVIRONMENT | PART_OF_A_COMMAND
        if path.partition(".")[0] in elsewhere or last in CHOOSES_THE_MODEL | PART_OF_THE_SENDERS:
            continue
        if path.startswith("consumes.") and last == "version":
            continue  # chooses the schema that the build packs, which test_files sees
        if _registered(build, changed, context) == before:
            lost.append(path)

    assert lost == []


def test_every_field_that_the_descriptions_write_is_changed_in_one_case():
    written = {
        path
        for text in (
            CONTAINERS,
            BY_CPU,
            COUNTING,
            FUNCTION,
            TIMED,
            WORKING,
            {**FUNCTION, "consumes": STREAMED},
        )
        for path, _ in changes(ServiceSpec.model_validate(text))
        if path.partition(".")[0] in {*text, "objectives"}
    }
    written |= {
        path
        for text in (SOURCED, POLLED)
        for path, _ in changes(ServiceSpec.model_validate(text))
        if path.startswith("sources.")
    }

    assert written == {path for case in CASES.values() for path, _ in case.changes()}


def _registered(build, spec, context):
    """Return the inputs of every AWS resource, and what runs the migrations."""
    hooks = []

    def program():
        senders = {name: queue.senders for name, queue in spec.queues.items()}
        queues = build_queues(Catalogue({spec.name: spec}), context.platform, Shared())
        changed = {"queues": queues, "senders": senders, "shared": Shared()}
        args = microservice_args(spec, dataclasses.replace(context, **changed))
        hooks.append((args.migrations, args.routes))  # what no resource carries
        Microservice(spec.name, args)
        watch(spec, context.platform, AnyFunction())

    try:
        made = build(program)
    except ValueError as error:
        return str(error)  # the component refuses the value, so it has read it
    inputs = {(r.typ, r.name): r.inputs for r in made.resources if r.typ.startswith("aws:")}
    return inputs, hooks


def test_every_field_of_the_model_is_set_by_one_of_the_descriptions_above():
    written = {*CONTAINERS, *FUNCTION, *TIMED, *WORKING, *SOURCED, *COUNTING}

    assert set(ServiceSpec.model_fields) == written


def test_a_container_service_with_migrations_gets_what_runs_them(build, context):
    made = []

    build(lambda: made.append(microservice_args(ServiceSpec.model_validate(CONTAINERS), context)))

    [args] = made
    assert args.before_deployment.name == "billing-migrations"
    assert args.migrations.directory == "changes"


@pytest.mark.parametrize(
    ("limits", "counts"),
    [
        ({"min_tasks": 1, "max_tasks": 100}, (2, 6, 3)),
        ({"min_tasks": 1, "max_tasks": 1}, (1, 1, 1)),
        ({"min_tasks": 4, "max_tasks": 8}, (4, 6, 4)),
        ({"max_tasks": 1, "max_tasks_of": {"billing": 5, "other": 9}}, (2, 5, 3)),
    ],
)
def test_an_environment_limits_how_many_tasks_run(build, context, limits, counts):
    limited = dataclasses.replace(context, compute=ComputeSettings(**limits))
    made = []

    build(lambda: made.append(microservice_args(ServiceSpec.model_validate(CONTAINERS), limited)))

    [args] = made
    assert isinstance(args.compute, ContainerCompute)
    assert (
        args.compute.min_tasks,
        args.compute.max_tasks,
        args.processes["printer"].count,
    ) == counts


def test_a_function_runs_its_build_with_the_runtime_of_its_environment(context):
    args = microservice_args(ServiceSpec.model_validate(FUNCTION), context)

    assert args.compute == FunctionCompute(
        archive="/built/r.zip",
        handler="app.main",
        runtime="python3.13",
        memory_mib=512,
        timeout_seconds=20,
        reserved_concurrency=9,
    )
    assert args.priorities == []


def test_a_public_route_keeps_its_reason():
    spec = ServiceSpec.model_validate(CONTAINERS)

    public = route(spec.routes[1])

    assert (public.role, public.exemption) == (None, "Everyone may see prices.")
    assert key(public) == "GET /prices"
