"""What services are told about traces and hops."""

from __future__ import annotations

import dataclasses
import json

import pytest

from components.compute.collector import Collector
from components.microservice import Microservice
from components.service.args import MicroserviceArgs
from components.service.containers import ContainerCompute
from components.service.tracing import environment

IMAGE = f"public.ecr.aws/aws-observability/aws-otel-collector@sha256:{'0' * 64}"


@pytest.mark.parametrize("percent", [0, 10])
@pytest.mark.parametrize(("hops", "told"), [(16, None), (5, "5")])
def test_a_service_is_told_another_limit_of_hops_than_its_own(platform, percent, hops, told):
    limited = dataclasses.replace(platform, max_hops=hops, trace_percent=percent)

    assert environment(limited).get("MAX_HOPS") == told


@pytest.mark.parametrize(("percent", "containers"), [(0, ["main"]), (10, ["main", "collector"])])
def test_a_collector_runs_where_spans_are_recorded(build, platform, percent, containers):
    compute = ContainerCompute(
        command=["/orders"],
        image_digest="sha256:1",
        min_tasks=1,
        max_tasks=1,
        collector=Collector(image=IMAGE),
    )
    args = MicroserviceArgs(
        description="Takes orders.",
        owner="checkout",
        tier="critical",
        platform=dataclasses.replace(platform, trace_percent=percent),
        compute=compute,
    )

    made = build(lambda: Microservice("orders", args))

    definition = made.one("aws:ecs/taskDefinition:TaskDefinition", "orders-task-definition")
    found = json.loads(definition.inputs["containerDefinitions"])
    assert [one["name"] for one in found] == containers
