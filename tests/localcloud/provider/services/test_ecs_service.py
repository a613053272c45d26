"""Waiting for an ECS service: what counts as done, as failed, and what is said about it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.aws.ecs.resources import services as ecs_service
from localcloud.provider.cloud import AwsError
from localcloud.provider.context import CancelledError, Context, TimeLimitError
from localcloud.stopped import NOT_RUN, ROLLOUT_REASON
from tests.localcloud.provider.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = (f"arn:aws:ecs:eu-west-1:000000000000:task-definition/orders:{n}" for n in (1, 2))


@dataclass
class Answers:
    """A cloud that answers each look at the service with the next of some states."""

    states: Iterator[dict[str, Any]]
    last: dict[str, Any] = field(default_factory=dict)

    def call(self, _service: str, _region: str, _operation: str, _members: Any) -> dict[str, Any]:
        self.last = next(self.states, self.last)
        return {"services": [self.last]}


def service(state: str, *, task: str = NEW, running: int = 2, **more: Any) -> dict[str, Any]:
    deployment = {"status": "PRIMARY", "taskDefinition": task, "rolloutState": state}
    deployment["rolloutStateReason"] = more.pop("reason", "")
    return {
        "status": "ACTIVE",
        "taskDefinition": task,
        "desiredCount": 2,
        "runningCount": running,
        "deployments": [deployment],
        **more,
    }


def waiting(*states: dict[str, Any], seconds: float = 5, wait: bool = True) -> Context:
    return Context(
        cloud=Answers(iter(states)),  # type: ignore[arg-type]
        type="aws:ecs/service:Service",
        service="ecs",
        region="eu-west-1",
        id="arn:aws:ecs:eu-west-1:000000000000:service/shop/orders",
        inputs={"name": "orders", "taskDefinition": NEW, "waitForSteadyState": wait},
        deadline=time.monotonic() + seconds,
    )


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(ecs_service, "POLL_SECONDS", 0.01)


def test_a_deployment_is_over_when_all_tasks_of_the_new_revision_run():
    context = waiting(
        service("IN_PROGRESS", running=0),
        service("COMPLETED", running=1),
        service("COMPLETED"),
    )

    ecs_service.steady(context)

    assert context.cloud.last["runningCount"] == 2


@pytest.mark.parametrize("reason", [ROLLOUT_REASON, f"{NOT_RUN}the image is not built"])
def test_a_service_that_does_not_run_on_this_machine_is_steady_without_tasks(reason):
    context = waiting(
        service("IN_PROGRESS", running=2),
        service("COMPLETED", running=0, reason=reason),
    )

    ecs_service.steady(context)

    assert context.cloud.last["runningCount"] == 0


def test_a_failed_deployment_is_an_error_with_its_reason_and_what_ecs_noted_last():
    events = [{"message": "last line: no such table"}, {"message": "task started"}]
    context = waiting(service("FAILED", reason="tasks failed to start", events=events))

    with pytest.raises(AwsError) as caught:
        ecs_service.steady(context)

    assert str(caught.value) == (
        "ECS: the deployment of orders failed: tasks failed to start"
        "\n  task started\n  last line: no such table"
    )


def test_a_deployment_that_was_rolled_back_is_an_error():
    context = waiting(service("IN_PROGRESS"), service("COMPLETED", task=OLD))

    with pytest.raises(AwsError, match="it was rolled back to orders:1"):
        ecs_service.steady(context)


def test_a_service_that_never_becomes_healthy_is_an_error_when_its_time_is_over():
    events = [{"message": "task stopped: exit code 1"}]
    context = waiting(service("IN_PROGRESS", running=0, events=events), seconds=0.3)

    with pytest.raises(TimeLimitError, match=r"service orders to become steady\n  task stopped"):
        ecs_service.steady(context)


def test_a_cancelled_wait_says_what_ecs_noted_last():
    context = waiting(service("IN_PROGRESS", events=[{"message": "no image"}]))
    context.cancelled.set()

    with pytest.raises(CancelledError, match="no image"):
        ecs_service.steady(context)


def test_nobody_waits_unless_the_program_asks_for_it():
    context = waiting(service("FAILED"), wait=False)

    ecs_service.steady(context)

    assert context.cloud.last == {}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        (
            {"deploymentConfiguration": {"strategy": "BLUE_GREEN"}},
            "deploymentConfiguration.strategy",
        ),
        ({"deploymentController": {"type": "CODE_DEPLOY"}}, "deploymentController.type"),
        (
            {
                "loadBalancers": [
                    {"containerName": "main", "advancedConfiguration": {"roleArn": "r"}}
                ]
            },
            "loadBalancers[0].advancedConfiguration",
        ),
    ],
)
def test_a_deployment_that_the_runtime_does_not_implement_is_refused(stage, planner, inputs, path):
    in_plan = Stage(planner, stack="prod")

    _, here = stage.check("aws:ecs/service:Service", inputs)
    _, planned = in_plan.check("aws:ecs/service:Service", inputs)
    _, rolling = stage.check(
        "aws:ecs/service:Service", {"deploymentConfiguration": {"strategy": "ROLLING"}}
    )

    assert "not supported by the local cloud" in here[path]
    assert "local cloud" not in planned.get(path, "")
    assert "deploymentConfiguration.strategy" not in rolling
    in_plan.close()
