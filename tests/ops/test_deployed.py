"""What the state says is deployed, and what an interrupted run has created besides."""

from localcloud.engine.creations import Creation
from ops import deployed

ROOT = "urn:pulumi:local::bulkhead::"


def resource(type_, name, parent="", **fields):
    parent_urn = f"{ROOT}{parent}" if parent else ""
    return {"urn": f"{ROOT}{type_}::{name}", "type": type_, "parent": parent_urn, **fields}


ORDERS = "bulkhead:service:Microservice::orders"
GREETER = "l:l:LambdaFunction::greeter"
FUNCTION = resource("aws:lambda/function:Function", "greeter-function", GREETER, id="greeter-1")
STATE = [
    resource("bulkhead:service:Microservice", "orders"),
    resource("c:c:FargateService", "orders-relay", ORDERS),
    resource("aws:ecs/service:Service", "orders-relay-service", "c:c:FargateService::orders-relay"),
    resource("l:l:LambdaFunction", "greeter", "bulkhead:service:Microservice::greeter"),
    resource("bulkhead:service:Microservice", "greeter"),
]


def parse(pending=(), **made):
    state = {"resources": STATE, "pending_operations": list(pending)}
    return deployed.parse(state, lambda urn: made.get(deployed.name_of(urn), Creation()))


def test_a_workload_is_named_by_its_component_and_belongs_to_a_microservice():
    (relay,) = deployed.workloads(parse())

    assert relay == deployed.Workload("orders", "orders-relay", "fargate", "")


def test_a_function_without_a_microservice_belongs_to_the_platform():
    platform = [
        resource("l:l:LambdaFunction", "rotation"),
        resource(
            "aws:lambda/function:Function", "rotation-function", "l:l:LambdaFunction::rotation"
        ),
    ]

    (rotation,) = deployed.workloads(deployed.parse({"resources": platform}, lambda _: Creation()))

    assert rotation.service == rotation.name == "rotation"


def test_a_microservice_without_a_workload_is_incomplete():
    assert deployed.incomplete(parse()) == ["greeter"]


def test_what_an_interrupted_run_created_is_deployed():
    creating = {"type": "creating", "resource": {**FUNCTION, "id": ""}}

    found = parse([creating], **{"greeter-function": Creation(id="greeter-1")})

    assert deployed.incomplete(found) == []
    assert [one.id for one in deployed.workloads(found)] == ["greeter-1", ""]


def test_what_an_interrupted_run_did_not_create_is_not_deployed():
    creating = {"type": "creating", "resource": FUNCTION}

    assert deployed.incomplete(parse([creating])) == ["greeter"]


def test_a_replaced_resource_that_awaits_its_deletion_is_not_deployed():
    found = deployed.parse({"resources": [{**FUNCTION, "delete": True}]}, lambda _: Creation())

    assert found == {}
