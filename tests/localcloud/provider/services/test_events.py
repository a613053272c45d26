"""Rules, targets and event buses: IDs, imports, equal inputs, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import grpc
import pytest

from tests.localcloud.provider.examples.events import BUS, PATTERN, QUEUE, RULE, TARGET
from tests.localcloud.provider.stage import Stage

ARN = "arn:aws:{}:eu-west-1:000000000000:{}"
ENABLED = {"state": "ENABLED"}


def made_on(stage, bus):
    """Make a rule and a target on *bus* (None: the default one)."""
    on = {} if bus is None else {"eventBusName": bus}
    rule = stage.create(RULE, {"eventPattern": PATTERN, "name": "orders", **on}, name="r")
    inputs = {"rule": "orders", "targetId": "q-1", "arn": stage.make(QUEUE)["arn"], **on}
    return rule, stage.create(TARGET, inputs, name="t")


@pytest.mark.parametrize("bus", [None, "default", "name", "arn"])
def test_a_rule_and_its_target_are_found_by_the_ids_of_the_provider(shared, bus):
    given = shared.make(BUS)[bus] if bus in ("name", "arn") else bus
    rule, target = made_on(shared, given)

    outside = bus in ("name", "arn")
    assert rule.id == (f"{given}/orders" if outside else "orders")
    assert target.id == (f"{given}-orders-q-1" if outside else "orders-q-1")
    imports = [(rule, rule.id), (target, f"{rule.id}/q-1")]
    if not outside:
        imports += [(rule, "default/orders"), (target, "default/orders/q-1")]
    for made, id_ in imports:
        found = shared.read(replace(made, id=id_), known=False)
        assert found is not None
        assert found.id == made.id
        assert shared.diff(found, shared.changed(made, {})).changes == 1, "no changes"
    for made in (target, rule):
        shared.delete(made)
        assert shared.read(made) is None


def test_the_layout_of_a_pattern_and_the_default_state_are_no_change(shared):
    made = shared.create(RULE, {"eventPattern": PATTERN}, name="layout")
    reordered = json.dumps(dict(reversed(json.loads(PATTERN).items())), indent=2)

    for same in ({"eventPattern": reordered}, ENABLED, {"eventBusName": "default"}):
        assert shared.diff(made, shared.changed(made, same)).changes == 1
    replaced = shared.diff(made, shared.changed(made, {"eventBusName": "other"}))
    assert list(replaced.replaces) == ["eventBusName"]
    shared.delete(made)


RULE_INPUTS = {"eventPattern": PATTERN}
TARGET_INPUTS = {"rule": "r", "arn": ARN.format("sqs", "q")}
TASK = {"arn": ARN.format("ecs", "cluster/c"), "roleArn": "arn:aws:iam::000000000000:role/r"}


@pytest.mark.parametrize(
    ("type_", "inputs", "found"),
    [
        (RULE, {"state": "ENABLED", "isEnabled": True}, "isEnabled"),
        (RULE, {"eventPattern": None}, "eventPattern"),
        (RULE, {"eventPattern": '{"a": [{"prefx": "b"}]}'}, "eventPattern"),
        (TARGET, {"input": "1", "inputPath": "$"}, "inputPath"),
        (TARGET, {"inputTransformer": {"inputTemplate": '"<id>"'}}, "inputTransformer"),
        (TARGET, {"arn": ARN.format("sqs", "q.fifo")}, "sqsTarget"),
        (TARGET, {"ecsTarget": {"taskDefinitionArn": "d"}}, "ecsTarget"),
        (TARGET, TASK, "ecsTarget"),
        (TARGET, {"arn": ARN.format("states", "stateMachine:m")}, "roleArn"),
        (TARGET, {"deadLetterConfig": {"arn": ARN.format("sns", "t")}}, "deadLetterConfig"),
    ],
)
def test_what_eventbridge_refuses_fails_in_check(stage, type_, inputs, found):
    base = RULE_INPUTS if type_ == RULE else TARGET_INPUTS

    _, failures = stage.check(type_, {**base, **inputs})

    assert set(failures) == {found}
    assert "InputPath" not in str(failures)


@pytest.mark.parametrize(
    ("type_", "inputs", "found"),
    [
        (TARGET, {"arn": ARN.format("batch", "job-queue/q")}, "arn"),
        (
            TARGET,
            TASK | {"ecsTarget": {"taskDefinitionArn": "d", "enableExecuteCommand": True}},
            "ecsTarget",
        ),
        (TARGET, {"arn": ARN.format("events", "event-bus/b"), "input": "1"}, "input"),
        (TARGET, {"batchTarget": {"jobDefinition": "d", "jobName": "j"}}, "batchTarget"),
    ],
)
def test_what_is_not_delivered_is_refused_here_and_accepted_in_a_plan(
    stage, planner, type_, inputs, found
):
    inputs = {**(RULE_INPUTS if type_ == RULE else TARGET_INPUTS), **inputs}
    plan = Stage(planner, stack="prod")

    _, failures = stage.check(type_, inputs)
    _, in_plan = plan.check(type_, inputs)
    plan.close()

    assert set(failures) == {found}
    assert "not supported by the local cloud" in failures[found]
    assert in_plan == {}


def test_an_event_bus_is_looked_up_by_its_name(shared):
    bus = shared.make(BUS)
    token = "aws:cloudwatch/getEventBus:getEventBus"

    found = shared.invoke(token, {"name": bus["name"]})
    default = shared.invoke(token, {"name": "default"})

    assert (found["arn"], found["description"]) == (bus["arn"], "orders")
    assert default["arn"] == ARN.format("events", "event-bus/default")
    with pytest.raises(grpc.RpcError, match="nowhere does not exist"):
        shared.invoke(token, {"name": "nowhere"})
