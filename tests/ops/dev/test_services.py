"""Which services can be developed, and what is deployed of them."""

import json

import pytest

from builders.build import Sources
from builders.source import Source
from localcloud.engine.creations import Creation
from ops import deployed
from ops.dev import services
from ops.errors import CommandError
from ops.folders import KIT, PLATFORM_FUNCTIONS

SERVICES = KIT.parent
ROTATION = next(iter(PLATFORM_FUNCTIONS))

ROOT = "urn:pulumi:local::bulkhead::"
DIGEST = "ab" * 32


def resource(type_, name, parent="", **fields):
    parent_urn = f"{ROOT}{parent}" if parent else ""
    return {"urn": f"{ROOT}{type_}::{name}", "type": type_, "parent": parent_urn, **fields}


IMAGE = [{"name": "main", "image": f"registry/orders@sha256:{DIGEST}"}]
STATE = [
    resource("bulkhead:service:Microservice", "orders"),
    resource("bulkhead:service:Microservice", "greeter"),
    resource("c:c:FargateService", "orders", "bulkhead:service:Microservice::orders"),
    resource("l:l:LambdaFunction", "greeter", "bulkhead:service:Microservice::greeter"),
    resource("l:l:LambdaFunction", ROTATION),
    resource(
        services.TASK_DEFINITION,
        "orders-task-definition",
        outputs={"arn": "orders:1", "containerDefinitions": json.dumps(IMAGE)},
    ),
    resource(
        services.SERVICE,
        "orders-service",
        "c:c:FargateService::orders",
        id="arn-of-orders",
        outputs={"taskDefinition": "orders:1"},
    ),
    resource(
        services.FUNCTION,
        "greeter-function",
        "l:l:LambdaFunction::greeter",
        id="greeter-1",
        outputs={"code": {"path": f"/artifacts/{'cd' * 32}/greeter.zip"}},
    ),
    resource(services.FUNCTION, "rotation-function", "l:l:LambdaFunction::" + ROTATION, id="r-1"),
]


@pytest.fixture
def found(tmp_path):
    known = Sources(
        archives=[Source("greeter", SERVICES / "greeter"), Source(ROTATION, tmp_path / "r")],
        images=[Source("orders", SERVICES / "orders"), Source("added", SERVICES / "added")],
    )
    return services.parse(known, deployed.parse({"resources": STATE}, lambda _: Creation()))


def test_the_deployed_services_of_the_checkout_can_be_developed(found):
    about = {
        name: (one.is_function, [w.id for w in one.workloads], one.deployed)
        for name, one in found.items()
    }

    assert about == {
        "greeter": (True, ["greeter-1"], {"cd" * 32}),
        "orders": (False, ["arn-of-orders"], {DIGEST}),
    }


def test_without_names_every_service_is_chosen(found):
    assert services.chosen(found, ()) == ["greeter", "orders"]
    assert services.chosen(found, ("orders", "orders")) == ["orders"]


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("nosuch", "does not exist."),
        ("catalog", "is not deployed, stopped or off. See: bulkhead status"),
    ],
)
def test_an_unknown_service_is_refused_with_the_known_ones(found, name, about):
    with pytest.raises(CommandError) as refused:
        services.chosen(found, ("orders", name))

    assert str(refused.value) == (
        f"The service {name!r} {about}\nDeployed services: greeter, orders"
    )


def test_the_command_needs_a_running_local_cloud(bulkhead):
    assert bulkhead("dev") == (1, "", "The local cloud is stopped. Start it: bulkhead up\n")


def test_the_command_needs_a_deployment(bulkhead, monkeypatch):
    monkeypatch.setattr(services.supervisor, "is_running", lambda _layout: True)

    assert bulkhead("dev") == (1, "", "No service is deployed. Deploy them: bulkhead up\n")
