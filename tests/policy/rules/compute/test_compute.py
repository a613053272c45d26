"""What the rules on tasks, images and functions accept and refuse."""

import json

from policy.rules.compute.ecr import ecr_immutable_tags, ecr_scan_on_push
from policy.rules.compute.ecs import (
    ecs_container_not_privileged,
    ecs_container_read_only_root,
    ecs_image_pinned,
)
from policy.rules.compute.lambda_ import lambda_permission_names_source
from policy.testing import check

TASK = "aws:ecs/taskDefinition:TaskDefinition"
DIGEST = "1.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:" + "0" * 64
CONTAINER = {"name": "main", "image": DIGEST, "readonlyRootFilesystem": True, "essential": True}


def task(**changes):
    container = {key: value for key, value in (CONTAINER | changes).items() if value is not None}
    return {"containerDefinitions": json.dumps([container])}


WHOLE = task() | {"family": "orders", "cpu": "256", "memory": "512", "networkMode": "awsvpc"}


def test_ecs_image_pinned():
    check(
        ecs_image_pinned,
        TASK,
        WHOLE,
        kept=[task(image="registry:5000/orders:1.4.2"), {"containerDefinitions": "not json"}],
        broken=[
            task(image="orders"),
            task(image="orders:latest"),
            task(image="registry:5000/team/orders"),
        ],
        unknown_at=["containerDefinitions"],
    )


def test_ecs_container_read_only_root():
    check(
        ecs_container_read_only_root,
        TASK,
        WHOLE,
        kept=[
            task(readonlyRootFilesystem=None)
            | {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
        ],
        broken=[task(readonlyRootFilesystem=None), task(readonlyRootFilesystem=False)],
        unknown_at=["containerDefinitions"],
    )


def test_ecs_container_not_privileged():
    check(
        ecs_container_not_privileged,
        TASK,
        WHOLE,
        kept=[task(privileged=False)],
        broken=[task(privileged=True)],
        unknown_at=["containerDefinitions"],
    )


REPOSITORY = {
    "name": "bulkhead/orders",
    "imageTagMutability": "IMMUTABLE",
    "imageScanningConfiguration": {"scanOnPush": True},
}


def test_ecr_scan_on_push():
    check(
        ecr_scan_on_push,
        "aws:ecr/repository:Repository",
        REPOSITORY,
        broken=[
            {"imageScanningConfiguration": None},
            {"imageScanningConfiguration": {"scanOnPush": False}},
        ],
        unknown_at=["imageScanningConfiguration"],
    )


def test_ecr_immutable_tags():
    check(
        ecr_immutable_tags,
        "aws:ecr/repository:Repository",
        REPOSITORY,
        kept=[{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}],
        broken=[{"imageTagMutability": None}, {"imageTagMutability": "MUTABLE"}],
        unknown_at=["imageTagMutability"],
    )


def test_lambda_permission_names_source():
    check(
        lambda_permission_names_source,
        "aws:lambda/permission:Permission",
        {
            "function": "catalog",
            "action": "lambda:InvokeFunction",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": "arn:aws:execute-api:eu-west-1:1:abc/*/*",
        },
        kept=[
            {"principal": "arn:aws:iam::1:role/caller", "sourceArn": None},
            {"sourceArn": None, "sourceAccount": "000000000000"},
        ],
        broken=[{"sourceArn": None}],
        unknown_at=["sourceArn", "principal"],
    )
