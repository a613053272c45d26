"""What reading task definitions promises."""

from __future__ import annotations

import pytest

from localcloud.runtime.tasks.secrets import (
    SecretReference,
    SecretUnavailableError,
    parameter_name,
    secret_reference,
)
from localcloud.runtime.tasks.task_definition import (
    ContainerDefinition,
    parse_task_definition,
    start_order,
)

DEFINITION = {
    "taskDefinitionArn": "arn:orders:1",
    "family": "orders",
    "containerDefinitions": [
        {
            "name": "app",
            "image": "x@sha256:1",
            "entryPoint": ["python", "-m"],
            "command": ["orders"],
            "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        }
    ],
}


def test_an_override_replaces_the_command_and_adds_to_the_environment():
    override = {
        "containerOverrides": [
            {"name": "app", "command": ["migrate"], "environment": [{"name": "B", "value": "3"}]}
        ]
    }

    [container] = parse_task_definition(DEFINITION, override).containers

    assert container.command == ("python", "-m", "migrate")
    assert container.environment == {"A": "1", "B": "3"}


def test_an_override_for_a_container_that_is_not_there_is_refused():
    with pytest.raises(
        ValueError, match="orders has no container 'web' to override: use one of app"
    ):
        parse_task_definition(DEFINITION, {"containerOverrides": [{"name": "web"}]})


def container(name, *needs):
    return ContainerDefinition(name, "x", ("y",), depends_on=tuple((one, "START") for one in needs))


def test_containers_start_after_those_they_depend_on():
    ordered = start_order(
        [container("app", "proxy", "init"), container("proxy", "init"), container("init")]
    )

    assert [one.name for one in ordered] == ["init", "proxy", "app"]


def test_containers_that_wait_for_each_other_are_refused():
    with pytest.raises(ValueError, match="depend on each other: a -> b -> a"):
        start_order([container("a", "b"), container("b", "a")])


ARN = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:orders-AbCdEf"


@pytest.mark.parametrize(
    ("value_from", "expected"),
    [
        (ARN, SecretReference(ARN)),
        (f"{ARN}:password::", SecretReference(ARN, "password")),
        (f"{ARN}:password:AWSPREVIOUS:", SecretReference(ARN, "password", "AWSPREVIOUS")),
        (f"{ARN}:::v1", SecretReference(ARN, None, None, "v1")),
        ("arn:aws:ssm:eu-west-1:000000000000:parameter/a", None),
        ("/shop/a", None),
    ],
)
def test_a_secret_is_named_by_arn_key_and_version(value_from, expected):
    assert secret_reference(value_from) == expected


def test_a_json_key_picks_one_value():
    reference = SecretReference(ARN, "port")

    assert reference.pick('{"port": 5432}') == "5432"
    with pytest.raises(SecretUnavailableError, match="no JSON key 'port'"):
        reference.pick('{"host": "x"}')


def test_a_parameter_is_named_by_arn_or_name():
    arn = "arn:aws:ssm:eu-west-1:000000000000:parameter"

    assert [parameter_name(f"{arn}/a"), parameter_name(f"{arn}/a/b"), parameter_name("/x")] == [
        "a",
        "/a/b",
        "/x",
    ]


@pytest.mark.parametrize(
    ("described", "overrides", "role"),
    [
        ({}, {}, None),
        ({"taskRoleArn": "arn:one"}, {}, "arn:one"),
        ({"taskRoleArn": "arn:one"}, {"taskRoleArn": "arn:two"}, "arn:two"),
    ],
)
def test_the_task_role_may_be_overridden(described, overrides, role):
    definition = {"taskDefinitionArn": "arn", "family": "orders", **described}

    assert parse_task_definition(definition, overrides).role == role


def test_a_collector_is_left_out_and_its_spans_go_to_x_ray():
    [app] = DEFINITION["containerDefinitions"]
    endpoint = {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://127.0.0.1:4318"}
    beside = {
        "name": "collector",
        "image": "public.ecr.aws/aws-observability/aws-otel-collector@sha256:1",
        "essential": False,
    }
    sends = {
        **app,
        "environment": [endpoint],
        "dependsOn": [{"containerName": "collector", "condition": "START"}],
    }

    plan = parse_task_definition({**DEFINITION, "containerDefinitions": [sends, beside]})

    [container] = plan.containers
    assert (container.name, container.depends_on) == ("app", ())
    assert container.environment == {endpoint["name"]: "https://xray.eu-west-1.amazonaws.com"}


def test_an_essential_collector_is_a_container_like_others():
    [app] = DEFINITION["containerDefinitions"]
    main = {**app, "image": "registry.test/aws-otel-collector@sha256:1"}

    plan = parse_task_definition({**DEFINITION, "containerDefinitions": [main]})

    assert [one.name for one in plan.containers] == ["app"]
