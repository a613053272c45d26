"""Rules that start executions of state machines, and that run tasks."""

from __future__ import annotations

import json

import pytest

from tests.localcloud.aws.events.conftest import arn

ROLE = "arn:aws:iam::000000000000:role/events"
PASS = {
    "StartAt": "a",
    "States": {
        "a": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f", "Payload.$": "$"},
            "End": True,
        }
    },
}
NETWORK = {"awsvpcConfiguration": {"Subnets": ["subnet-1"], "AssignPublicIp": "DISABLED"}}


@pytest.fixture
def machine(bus, cloud):
    made = cloud.client("stepfunctions").create_state_machine(
        name=bus.name, definition=json.dumps(PASS), roleArn=ROLE
    )
    return {"Arn": made["stateMachineArn"], "RoleArn": ROLE}


@pytest.fixture
def task(bus, cloud):
    ecs = cloud.client("ecs")
    cluster = ecs.create_cluster(clusterName=bus.name)["cluster"]["clusterArn"]
    definition = ecs.register_task_definition(
        family=bus.name,
        networkMode="awsvpc",
        containerDefinitions=[{"name": "main", "image": "i", "memory": 128}],
        tags=[{"key": "team", "value": "shop"}],
    )["taskDefinition"]["taskDefinitionArn"]
    parameters = {"TaskDefinitionArn": definition, "NetworkConfiguration": NETWORK}
    return {"Arn": cluster, "RoleArn": ROLE, "EcsParameters": parameters}


def executions(cloud, machine):
    """Return the executions, described, of a state machine."""
    sfn = cloud.client("stepfunctions")
    found = sfn.list_executions(stateMachineArn=machine["Arn"])["executions"]
    described = [sfn.describe_execution(executionArn=one["executionArn"]) for one in found]
    return [{k: v for k, v in one.items() if k != "ResponseMetadata"} for one in described]


def tasks(cloud, task):
    """Return the tasks, described, of a target's cluster."""
    ecs, cluster = cloud.client("ecs"), task["Arn"]
    arns = ecs.list_tasks(cluster=cluster)["taskArns"]
    found = ecs.describe_tasks(cluster=cluster, tasks=arns, include=["TAGS"]) if arns else {}
    return found.get("tasks", [])


def changes(cloud, version):
    """Return the version of the change feed, and the services that changed after *version*."""
    _, found = cloud.request("GET", f"changes?since={version}&timeout=5")
    return found["version"], found["services"]


def test_a_state_machine_runs_once_for_each_event(bus, cloud, machine):
    bus.rule(machine)

    ids = [bus.put({"total": number}) for number in (1, 2)]

    found = {one["name"][:36]: one for one in executions(cloud, machine)}
    assert found.keys() == set(ids)
    assert json.loads(found[ids[0]]["input"])["detail"] == {"total": 1}
    assert found[ids[0]]["status"] == "RUNNING"


def test_a_state_machine_receives_what_the_transformer_makes_of_the_event(bus, cloud, machine):
    transformer = {"InputPathsMap": {"t": "$.detail.total"}, "InputTemplate": '{"total": <t>}'}
    bus.rule({**machine, "InputTransformer": transformer})

    bus.put({"total": 7})

    [found] = executions(cloud, machine)
    assert json.loads(found["input"]) == {"total": 7}


def test_a_rule_runs_tasks_with_the_overrides_of_its_input(bus, cloud, task):
    overrides = {"containerOverrides": [{"name": "main", "command": ["clean"]}]}
    parameters = {
        **task["EcsParameters"], "TaskCount": 2, "Group": "nightly",
        "PropagateTags": "TASK_DEFINITION", "Tags": [{"Key": "by", "Value": "rule"}],
    }  # fmt: skip
    bus.rule({**task, "EcsParameters": parameters, "Input": json.dumps(overrides)})

    bus.put()

    found = tasks(cloud, task)
    assert [(one["group"], one["startedBy"]) for one in found] == [
        ("nightly", "events-rule/all")
    ] * 2
    assert found[0]["overrides"]["containerOverrides"][0]["command"] == ["clean"]
    assert {one["key"]: one["value"] for one in found[0]["tags"]} == {"team": "shop", "by": "rule"}


def test_a_task_ignores_an_event_that_is_not_an_override(bus, cloud, task):
    bus.rule(task)

    bus.put()

    [found] = tasks(cloud, task)
    assert not found["overrides"].get("containerOverrides")


@pytest.mark.parametrize("kind", ["states", "ecs"])
def test_the_workers_learn_of_what_a_rule_starts(bus, cloud, machine, task, kind):
    bus.rule(machine if kind == "states" else task)
    before, _ = changes(cloud, 0)

    bus.put()

    _, services = changes(cloud, before)
    assert services == [kind]


def test_what_a_rule_started_survives_the_control_process(bus, cloud, machine, task):
    bus.rule(machine, task)
    bus.put()
    before = executions(cloud, machine), tasks(cloud, task)

    cloud.restart_after_kill()

    assert (executions(cloud, machine), tasks(cloud, task)) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Arn": arn("states", "stateMachine:nobody"), "RoleArn": ROLE}, "NO_RESOURCE"),
        ({"Arn": arn("ecs", "cluster/nobody")}, "NO_RESOURCE"),
        ({"EcsParameters": {"TaskDefinitionArn": "nobody:1"}}, "NO_RESOURCE"),
        ({"EcsParameters": {"TaskDefinitionArn": "{own}"}}, "INVALID_PARAMETER"),
        ({"InputTransformer": {"InputTemplate": '"a"\n"b"'}}, "INVALID_JSON"),
    ],
)
def test_what_cannot_be_started_goes_to_the_dead_letter_queue(bus, task, change, code):
    dead = bus.queue("dead")
    own = task["EcsParameters"]["TaskDefinitionArn"]
    target = json.loads(json.dumps(task | change).replace("{own}", own))
    if ":states:" in target["Arn"]:
        del target["EcsParameters"]
    bus.rule({**target, "DeadLetterConfig": {"Arn": dead}})

    bus.put()

    [letter] = bus.received(dead)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == code
    assert letter["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == "0"
