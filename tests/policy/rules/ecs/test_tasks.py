"""Tests of policy.rules.ecs.tasks."""

import json

from policy.rules.ecs.tasks import (
    ecs_efs_encrypted_in_transit,
    ecs_efs_uses_iam,
    ecs_exec_off,
    ecs_fargate_platform_current,
    ecs_network_mode_awsvpc,
    ecs_no_host_process_namespace,
    ecs_service_no_public_ip,
    ecs_task_and_execution_role_differ,
)
from policy.testing import check, resource, unknown

TASK = "aws:ecs/taskDefinition:TaskDefinition"
DIGEST = "1.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:" + "0" * 64
CONTAINER = {"name": "main", "image": DIGEST, "readonlyRootFilesystem": True, "essential": True}
SERVICE = {"cluster": "arn:aws:ecs:eu-west-1:1:cluster/shop", "desiredCount": 2}
EFS = {
    "fileSystemId": "fs-1",
    "authorizationConfig": {"iam": "ENABLED", "accessPointId": "fsap-1"},
}
WHOLE_TASK = {
    "family": "orders",
    "containerDefinitions": "[]",
    "taskRoleArn": "arn:aws:iam::1:role/orders",
    "executionRoleArn": "arn:aws:iam::1:role/starter",
    "volumes": [{"name": "data", "efsVolumeConfiguration": EFS}],
}


def task(**changes):
    container = {key: value for key, value in (CONTAINER | changes).items() if value is not None}
    return {"containerDefinitions": json.dumps([container])}


WHOLE = task() | {"family": "orders", "cpu": "256", "memory": "512", "networkMode": "awsvpc"}


def test_ecs_fargate_platform_current():
    check(
        ecs_fargate_platform_current,
        "aws:ecs/service:Service",
        SERVICE,
        kept=[{"platformVersion": "LATEST"}, {"platformVersion": "1.4.0"}],
        broken=[{"platformVersion": "1.3.0"}],
        unknown_at=["platformVersion"],
    )


def test_ecs_exec_off():
    check(
        ecs_exec_off,
        "aws:ecs/service:Service",
        SERVICE,
        kept=[{"enableExecuteCommand": False}],
        broken=[{"enableExecuteCommand": True}],
        unknown_at=["enableExecuteCommand"],
    )


def test_ecs_no_host_process_namespace():
    check(
        ecs_no_host_process_namespace,
        TASK,
        WHOLE,
        kept=[{"pidMode": "task"}],
        broken=[{"pidMode": "host"}],
        unknown_at=["pidMode"],
    )


def test_ecs_efs_encrypted_in_transit():
    def volume(**config):
        efs = {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"} | config
        return {"volumes": [{"name": "tmp"}, {"name": "data", "efsVolumeConfiguration": efs}]}

    check(
        ecs_efs_encrypted_in_transit,
        TASK,
        WHOLE | volume(),
        kept=[{"volumes": None}, {"volumes": [{"name": "tmp"}]}, volume(transitEncryption=unknown)],
        broken=[volume(transitEncryption="DISABLED"), volume(transitEncryption=None)],
        unknown_at=["volumes"],
    )
    broken = resource(TASK, "shop", WHOLE | volume(transitEncryption="DISABLED"))
    assert ecs_efs_encrypted_in_transit.remediate(broken) == volume()


def test_ecs_task_and_execution_role_differ():
    check(
        ecs_task_and_execution_role_differ,
        TASK,
        WHOLE_TASK,
        broken=[
            {"taskRoleArn": None},
            {"executionRoleArn": None},
            {"executionRoleArn": "arn:aws:iam::1:role/orders"},
        ],
        unknown_at=["taskRoleArn", "executionRoleArn"],
    )


def test_ecs_efs_uses_iam():
    def volume(**authorization):
        config = EFS | {"authorizationConfig": EFS["authorizationConfig"] | authorization}
        return {"volumes": [{"name": "data", "efsVolumeConfiguration": config}]}

    check(
        ecs_efs_uses_iam,
        TASK,
        WHOLE_TASK,
        kept=[{"volumes": [{"name": "tmp"}]}, volume(iam=unknown), volume(accessPointId=unknown)],
        broken=[
            volume(iam="DISABLED"),
            volume(accessPointId=None),
            {"volumes": [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]},
        ],
        unknown_at=["volumes"],
    )


def test_ecs_service_no_public_ip():
    check(
        ecs_service_no_public_ip,
        "aws:ecs/service:Service",
        {
            "cluster": "arn:aws:ecs:eu-west-1:1:cluster/shop",
            "desiredCount": 2,
            "networkConfiguration": {"subnets": ["a"], "assignPublicIp": False},
        },
        kept=[{"networkConfiguration": None}, {"networkConfiguration": {"subnets": ["a"]}}],
        broken=[{"networkConfiguration": {"subnets": ["a"], "assignPublicIp": True}}],
        unknown_at=["networkConfiguration"],
    )


def test_ecs_network_mode_awsvpc():
    check(
        ecs_network_mode_awsvpc,
        "aws:ecs/taskDefinition:TaskDefinition",
        {"family": "orders", "containerDefinitions": "[]", "networkMode": "awsvpc"},
        kept=[
            {"networkMode": None, "requiresCompatibilities": ["FARGATE"]},
            {"networkMode": None, "requiresCompatibilities": unknown},
        ],
        broken=[
            {"networkMode": None},
            {"networkMode": "bridge"},
            {"networkMode": "host"},
            {"networkMode": None, "requiresCompatibilities": ["EC2"]},
        ],
        unknown_at=["networkMode"],
    )
