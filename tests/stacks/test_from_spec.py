"""The translation from a description to a component: nothing that is written gets lost."""

from __future__ import annotations

import dataclasses
import enum
from types import SimpleNamespace

import pydantic
import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.microservice import Microservice
from components.routing.paths import key
from components.service.args import Callee
from components.service.containers import ContainerCompute
from components.service.function import FunctionCompute
from spec.service import ServiceSpec
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.compute import ComputeSettings
from stacks.context import ServiceContext
from stacks.deployment_target import DeploymentTarget
from stacks.from_spec import microservice_args, route

PART_OF_THE_NAME = {"name"}
"""Reaches the component as its name, which test_environments sees."""

PART_OF_THE_ENVIRONMENT = {"roles"}
"""Become groups of the user pool, which test_environments sees."""

CHOOSES_THE_MODEL = {"kind"}
"""Decides which of two models is read, and with it which arguments are made."""

CONTAINERS = {
    "name": "billing",
    "description": "Sends bills.",
    "owner": "money",
    "tier": "critical",
    "compute": {
        "kind": "fargate",
        "command": ["python", "-m", "billing"],
        "cpu": 512,
        "memory_mib": 1024,
        "scaling": {"min": 2, "max": 6, "target": {"requests_per_task": 700}},
        "health_check": "/alive",
    },
    "processes": {
        "printer": {"command": ["python", "-m", "p"], "cpu": 512, "memory_mib": 2048, "count": 3}
    },
    "migrations": {"directory": "changes", "command": ["python", "-m", "migrate"]},
    "routes": [
        {"path": "/bills", "methods": ["POST"], "auth": "clerk"},
        {
            "path": "/prices",
            "methods": ["GET"],
            "auth": "public",
            "exemption": "Everyone may see prices.",
        },
    ],
    "roles": {"clerk": "Writes bills."},
    "stores": {
        "books": {
            "kind": "aurora-postgresql",
            "version": "17",
            "min_capacity": 1,
            "max_capacity": 8,
        },
    },
    "publishes": ["bill-sent"],
    "calls": ["catalog"],
    "objectives": {"availability": 99.9, "p99_ms": 250},
}
BY_CPU = {
    **CONTAINERS,
    "compute": {**CONTAINERS["compute"], "scaling": {"target": {"cpu_percent": 70}}},
}
FUNCTION = {
    "name": "reminders",
    "description": "Reminds debtors.",
    "owner": "money",
    "tier": "standard",
    "compute": {
        "kind": "lambda",
        "handler": "app.main",
        "memory_mib": 512,
        "timeout_seconds": 20,
        "reserved_concurrency": 9,
    },
    "stores": {
        "sent": {
            "kind": "dynamodb",
            "partition_key": {"name": "bill", "type": "S"},
            "sort_key": {"name": "day", "type": "N"},
            "ttl_attribute": "gone",
        }
    },
    "consumes": {
        "bill-sent": {
            "batch_size": 5,
            "window_seconds": 2,
            "max_receives": 4,
            "visibility_timeout_seconds": 130,
        }
    },
}


class AnyTopic(dict):
    def __missing__(self, key):
        arn = f"value of {key}"
        publish = Statement(actions=["sns:Publish"], resources=[arn])
        return SimpleNamespace(arn=arn, allow_publish=lambda: [publish])


class AnyCallee(dict):
    def __missing__(self, key):
        return Callee(url=f"value of {key}")


class AnyPriority(dict):
    def __missing__(self, key):
        return 1 + len(key)


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
        topics=AnyTopic(),
        callees=AnyCallee(),
        priorities=AnyPriority(),
    )


def _changes(model):
    """Yield each field of *model*, however deep, with a copy in which only it is another."""
    for field in type(model).model_fields:
        value = getattr(model, field)
        for path, changed in _variants(value):
            yield (
                ".".join([field, *path]),
                type(model).model_construct(**{**dict(model), field: changed}),
            )


def _variants(value):
    match value:
        case pydantic.BaseModel():
            yield from ((path.split("."), changed) for path, changed in _changes(value))
        case dict():
            for name, item in value.items():
                yield from (([name, *p], {**value, name: new}) for p, new in _variants(item))
        case [pydantic.BaseModel(), *_]:
            for index, item in enumerate(value):
                before, after = value[:index], value[index + 1 :]
                yield from (
                    ([str(index), *p], [*before, new, *after]) for p, new in _variants(item)
                )
        case None:
            return
        case _:
            yield [], _another(value)


def _another(value):
    match value:
        case enum.Enum():
            return next(other for other in type(value) if other is not value)
        case str():
            return {"S": "N", "N": "S"}.get(value, f"{value}x")
        case list():
            return [*value, "extra"]
        case _:
            return value + 1


@pytest.mark.parametrize("text", [CONTAINERS, BY_CPU, FUNCTION], ids=["main", "by-cpu", "function"])
def test_every_field_of_a_description_reaches_a_resource(build, context, text):
    spec = ServiceSpec.model_validate(text)
    before = _registered(build, spec, context)

    lost = []
    for path, changed in _changes(spec):
        last = path.rpartition(".")[2]
        elsewhere = PART_OF_THE_NAME | PART_OF_THE_ENVIRONMENT
        if path.partition(".")[0] in elsewhere or last in CHOOSES_THE_MODEL:
            continue
        if _is_unused(path, text):
            continue
        if _registered(build, changed, context) == before:
            lost.append(path)

    assert lost == []


def _registered(build, spec, context):
    """Return the inputs of every AWS resource, and what runs the migrations."""
    hooks = []

    def program():
        args = microservice_args(spec, context)
        hooks.append((args.migrations, args.routes))  # what no resource carries
        Microservice(spec.name, args)

    try:
        made = build(program)
    except InvalidArgError as error:
        return str(error)  # the component refuses the value, so it has read it
    inputs = {(r.typ, r.name): r.inputs for r in made.resources if r.typ.startswith("aws:")}
    return inputs, hooks


def _is_unused(path, text):
    # A description that leaves them out says nothing that could get lost.
    head = path.partition(".")[0]
    return head not in text and head != "objectives"


def test_every_field_of_the_model_is_set_by_one_of_the_descriptions_above():
    written = {*CONTAINERS, *FUNCTION}

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
