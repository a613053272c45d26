"""Values that mean the same are equal: container definitions, tags, policies."""

from __future__ import annotations

import json

import pytest

from localcloud.provider.equality import canonical_containers, same

TASK = "aws:ecs/taskDefinition:TaskDefinition"
MAIN = {
    "name": "main",
    "image": "shop@sha256:" + "a" * 64,
    "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "portMappings": [{"containerPort": 8080}],
}
AS_ECS_ANSWERS = {
    **MAIN,
    "cpu": 0,
    "essential": True,
    "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
    "mountPoints": [],
    "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
    "systemControls": [],
    "volumesFrom": [],
}


def task(*containers):
    return {
        "family": "meaning",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "containerDefinitions": json.dumps(containers),
    }


def test_containers_with_the_defaults_of_ecs_are_no_change(stage):
    made = stage.create(TASK, task(MAIN))

    seen = stage.diff(made, stage.changed(made, task(AS_ECS_ANSWERS)))

    assert seen.changes == seen.DIFF_NONE
    stage.delete(made)


@pytest.mark.parametrize(
    "change",
    [
        {"image": "other"},
        {"essential": False},
        {"environment": MAIN["environment"][:1]},
        {"portMappings": [{"containerPort": 8080, "protocol": "udp"}]},
        {"healthCheck": {"command": ["CMD", "true"]}},
    ],
    ids=str,
)
def test_another_container_is_a_change(change):
    one, other = json.dumps([MAIN]), json.dumps([{**MAIN, **change}])

    assert canonical_containers(one, {}) != canonical_containers(other, {})


def test_a_fixed_host_port_is_a_change_outside_awsvpc():
    fixed = {**MAIN, "portMappings": [{"containerPort": 8080, "hostPort": 8080}]}
    bridge = {"networkMode": "bridge"}

    found = [canonical_containers(json.dumps([item]), bridge) for item in (MAIN, fixed)]

    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"cost": 5}, {"cost": "5"}),
        ({"on": True}, {"on": "true"}),
        ('{"a": [1, null]}', '{ "a": [1,null] }'),
        ('{"Statement": {"Action": "s3:Get*"}}', '{"Statement": [{"Action": ["s3:Get*"]}]}'),
    ],
)
def test_values_that_mean_the_same_are_equal(one, other):
    assert same(one, other)


def test_numbers_in_tags_are_text(stage):
    checked, failures = stage.check("aws:sqs/queue:Queue", {"tags": {"cost-center": 42}})

    assert failures == {}
    assert checked["tags"] == checked["tagsAll"] == {"cost-center": "42"}
