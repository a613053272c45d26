"""The collector beside containers whose SDK cannot sign."""

from __future__ import annotations

import json

import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.compute.collector import Collector
from components.compute.task import Task, TaskArgs

DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
IMAGE = f"public.ecr.aws/aws-observability/aws-otel-collector@sha256:{'0' * 64}"


def containers(build, **changes):
    args = TaskArgs(
        family="test-orders-main",
        container="main",
        image="registry.test/orders@sha256:1",
        command=["/orders"],
        pull=[Statement(actions=["ecr:BatchGetImage"], resources=["arn:images"])],
        region="eu-west-1",
        account_id="123456789012",
        **changes,
    )
    made = build(lambda: Task("orders", args))
    return json.loads(made.one(DEFINITION, "orders-definition").inputs["containerDefinitions"])


def test_the_collector_takes_spans_on_loopback_and_signs_them_for_x_ray(build):
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://xray.eu-west-1.amazonaws.com"}

    main, beside = containers(build, collector=Collector(image=IMAGE), environment=environment)

    [variable] = beside.pop("environment")
    assert main["environment"] == [
        {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://127.0.0.1:4318"}
    ]
    assert beside == {
        "name": "collector",
        "image": IMAGE,
        "essential": False,
        "memory": 128,
        "readonlyRootFilesystem": True,
        "user": "10001:10001",
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "orders-logs",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "collector",
            },
        },
    }
    assert variable["name"] == "AOT_CONFIG_CONTENT"
    assert json.loads(variable["value"]) == {
        "extensions": {"sigv4auth": {"region": "eu-west-1", "service": "xray"}},
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": "127.0.0.1:4318"}}}},
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": 96},
            "batch": {},
        },
        "exporters": {
            "otlphttp": {
                "traces_endpoint": "https://xray.eu-west-1.amazonaws.com/v1/traces",
                "compression": "gzip",
                "auth": {"authenticator": "sigv4auth"},
            }
        },
        "service": {
            "extensions": ["sigv4auth"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["otlphttp"],
                }
            },
        },
    }


def test_a_task_has_one_container_by_default(build):
    assert [one["name"] for one in containers(build)] == ["main"]


def test_an_image_without_a_digest_is_refused():
    with pytest.raises(InvalidArgError, match=r"write <repository>@sha256:<digest>"):
        Collector(image="public.ecr.aws/aws-observability/aws-otel-collector:latest")
