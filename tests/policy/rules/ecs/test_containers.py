"""Tests of policy.rules.ecs.containers."""

import json

from policy.rules.ecs import containers as rules
from policy.testing import check, messages, resource, unknown

TASK = "aws:ecs/taskDefinition:TaskDefinition"
DIGEST = "1.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:" + "0" * 64
CONTAINER = {"name": "main", "image": DIGEST, "readonlyRootFilesystem": True, "essential": True}


def task(**changes):
    container = {key: value for key, value in (CONTAINER | changes).items() if value is not None}
    return {"containerDefinitions": json.dumps([container])}


WHOLE = task() | {"family": "orders", "cpu": "256", "memory": "512", "networkMode": "awsvpc"}


def test_ecs_image_pinned():
    check(
        rules.ecs_image_pinned,
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
        rules.ecs_container_read_only_root,
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
        rules.ecs_container_not_privileged,
        TASK,
        WHOLE,
        kept=[task(privileged=False)],
        broken=[task(privileged=True)],
        unknown_at=["containerDefinitions"],
    )


def test_ecs_image_registry_allowed():
    ours = {"allowedRegistries": ["1.dkr.ecr.eu-west-1.amazonaws.com/", "docker.io/library/"]}

    def said(image, params):
        return messages(
            rules.ecs_image_registry_allowed,
            resource(TASK, "shop", WHOLE | task(image=image)),
            params=params,
        )

    assert said("anything/at-all:1", {}) == []
    assert said(DIGEST, ours) == []
    assert said("docker.io/library/nginx:1.29", ours) == []
    assert "'shop' must come from an allowed registry" in said("evil.example/orders:1", ours)[0]
    assert said("team/nginx:1.29", ours)


def test_ecs_container_non_root_user():
    windows = {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
    check(
        rules.ecs_container_non_root_user,
        TASK,
        WHOLE | task(user="1000"),
        kept=[task(user="app:app"), task(user="1000:0"), task() | windows],
        broken=[task(), task(user="root"), task(user="0"), task(user="0:1000"), task(user="")],
        unknown_at=["containerDefinitions", "runtimePlatform"],
    )


def environment(**variables):
    return task(environment=[{"name": name, "value": one} for name, one in variables.items()])


def test_ecs_no_secrets_in_environment():
    password = "hunter2-hunter2"
    check(
        rules.ecs_no_secrets_in_environment,
        TASK,
        WHOLE | environment(ORDERS_SECRET_ARN="arn:aws:secretsmanager:eu-west-1:1:secret:a"),
        kept=[
            task(environment=None),
            environment(TOKEN_LIMIT="100", MAX_TOKENS="4096", DB_PASSWORD=""),
            task(secrets=[{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:::parameter/a"}]),
        ],
        broken=[
            environment(DB_PASSWORD=password),
            environment(API_KEY=password),
            environment(URL=f"postgres://orders:{password}@db:5432/orders"),
            environment(CLOUD="AKIA" + "ABCDEFGHIJKLMNOP"),
        ],
        unknown_at=["containerDefinitions"],
    )
    seen = resource(TASK, "shop", WHOLE | environment(DB_PASSWORD=password))
    assert password not in messages(rules.ecs_no_secrets_in_environment, seen)[0]


def test_ecs_container_memory_limit():
    check(
        rules.ecs_container_memory_limit,
        TASK,
        WHOLE,
        kept=[{"memory": None} | task(memory=512), {"memory": unknown}],
        broken=[{"memory": None}, {"memory": None} | task(memoryReservation=256)],
        unknown_at=["containerDefinitions"],
    )


def test_ecs_cpu_stated():
    check(
        rules.ecs_cpu_stated,
        TASK,
        WHOLE,
        kept=[{"cpu": None} | task(cpu=256), {"cpu": unknown}],
        broken=[{"cpu": None}, {"cpu": None} | task(cpu=0)],
        unknown_at=["containerDefinitions"],
    )


def test_ecs_no_added_capabilities():
    def adding(*names):
        return task(linuxParameters={"capabilities": {"add": list(names), "drop": ["ALL"]}})

    check(
        rules.ecs_no_added_capabilities,
        TASK,
        WHOLE,
        kept=[adding()],
        broken=[adding("SYS_ADMIN")],
        unknown_at=["containerDefinitions"],
    )
    seen = resource(TASK, "shop", WHOLE | adding("SYS_PTRACE"))
    params = {"allowedCapabilities": ["SYS_PTRACE"]}
    assert messages(rules.ecs_no_added_capabilities, seen, params=params) == []
