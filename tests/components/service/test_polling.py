"""A process of a container service that polls queues."""

import json

import pytest

from components.messaging.work_queue import WorkQueue, WorkQueueArgs
from components.microservice import Microservice
from components.service.args import MicroserviceArgs, ProcessWorkload
from components.service.containers import ContainerCompute
from components.service.queue_sources import PlainQueueSource, TopicSource
from components.service.subscriptions import Publication, Subscription
from tests.alarm_routing import ALARMS

TASK = "aws:ecs/taskDefinition:TaskDefinition"
POLICY = "aws:appautoscaling/policy:Policy"
FILTER = {"data": {"count": [0]}}


@pytest.fixture
def made(build, platform):
    """A service with a relay, and a worker that consumes an event and a plain queue."""

    def program():
        queue = WorkQueue("stock-labels", WorkQueueArgs(alarms=ALARMS))
        Microservice(
            "stock",
            MicroserviceArgs(
                description="Counts.",
                owner="team",
                tier="standard",
                platform=platform,
                compute=ContainerCompute(
                    command=["run"], image_digest="sha256:1", min_tasks=1, max_tasks=1
                ),
                processes={
                    "worker": ProcessWorkload(command=["w"], max_count=5, messages_per_task=20),
                    "relay": ProcessWorkload(command=["r"]),
                },
                publishes={
                    "labels": Publication(
                        variables={"QUEUE_URL": queue.url}, statements=queue.allow_send()
                    )
                },
                consumes={
                    "sold": Subscription(
                        source=TopicSource(topic_arn="arn:topic"),
                        process="worker",
                        max_concurrency=3,
                        latest_only=True,
                        filter=FILTER,
                    ),
                    "labels": Subscription(source=PlainQueueSource(queue=queue), process="worker"),
                },
            ),
        )

    return build(program)


def variables(made, process):
    [container] = json.loads(
        made.one(TASK, f"stock-{process}-task-definition").inputs["containerDefinitions"]
    )
    return {one["name"]: one["value"] for one in container["environment"]}


def test_only_the_process_that_polls_learns_the_queues(made):
    worker, relay = variables(made, "worker"), variables(made, "relay")

    assert {name: worker[name] for name in worker.keys() - relay.keys()} == {
        "SOLD_QUEUE_URL": "https://stock-sold-queue.test",
        "SOLD_DEAD_LETTERS_URL": "https://stock-sold-dead-letters.test",
        "SOLD_FILTER": json.dumps(FILTER),
        "SOLD_LATEST_ONLY": "true",
        "SOLD_MAX_CONCURRENCY": "3",
        "LABELS_DEAD_LETTERS_URL": "https://stock-labels-dead-letters.test",
    }
    assert relay["LABELS_QUEUE_URL"] == "https://stock-labels-queue.test"  # it may send


def test_only_the_process_that_polls_may_receive(made):
    allowed = {
        process: {
            (action, resource)
            for one in made.all("aws:iam/rolePolicy:RolePolicy")
            if one.name.startswith(f"stock-{process}")
            for statement in json.loads(one.inputs["policy"])["Statement"]
            for action in statement["Action"]
            for resource in statement["Resource"]
        }
        for process in ("worker", "relay")
    }

    queues = {"arn:aws:test:::stock-sold-queue", "arn:aws:test:::stock-labels-queue"}
    of = lambda process, action: {r for a, r in allowed[process] if a == action}  # noqa: E731
    assert of("worker", "sqs:ReceiveMessage") == queues
    assert of("relay", "sqs:ReceiveMessage") == set()
    assert of("relay", "sqs:SendMessage") == {"arn:aws:test:::stock-labels-queue"}


def test_it_scales_on_the_backlog_of_its_queues_per_task(made):
    [policy] = made.all(POLICY)

    tracking = policy.inputs["targetTrackingScalingPolicyConfiguration"]
    metrics = tracking["customizedMetricSpecification"]["metrics"]
    assert policy.name == "stock-worker-scaling-policy"
    assert tracking["targetValue"] == 20
    assert [one["id"] for one in metrics] == ["waiting0", "waiting1", "running", "per_task"]
    assert metrics[-1]["expression"] == "(waiting0 + waiting1) / running"
    assert [one["returnData"] for one in metrics] == [False, False, False, True]
    [target] = made.all("aws:appautoscaling/target:Target")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (1, 5)
