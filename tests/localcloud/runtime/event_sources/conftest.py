from __future__ import annotations

import contextlib
import json
import uuid

import pytest
import pytest_asyncio
from aiohttp import web

from localcloud.layout import Layout
from localcloud.runtime.event_sources import pollers
from tests.localcloud.runtime.fake_cloud import control_plane, workers

ECHO = "def handler(event, context):\n    return None\n"


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    with control_plane(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def name():
    return f"f-{uuid.uuid4().hex[:8]}"


class Function:
    """Stands in for the Invoke endpoint: keeps each batch, answers what the test says."""

    def __init__(self):
        self.batches: list[list[dict]] = []
        self.running = 0
        self.most_running = 0
        self.answer = lambda _records: None

    async def invoked(self, request):
        records = (await request.json())["Records"]
        self.batches.append(records)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            answer = self.answer(records)
            if hasattr(answer, "__await__"):
                answer = await answer
        finally:
            self.running -= 1
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer)

    @property
    def bodies(self):
        return [record["body"] for batch in self.batches for record in batch]


@pytest_asyncio.fixture
async def function(cloud, tmp_path):
    fake = Function()
    async with workers(Layout(tmp_path), cloud, event_sources=pollers.follow_mappings) as context:
        context.routes["functions"] = fake.invoked
        fake.context = context
        yield fake


@pytest.fixture
def mapped(cloud, name):
    """Make a queue and a mapping to a function; both are gone afterwards."""
    made = []

    def make(*, queue=None, fifo=False, enabled=True, **settings):
        sqs, client = cloud.client("sqs"), cloud.client("lambda")
        cloud.function(name, ECHO)
        full = f"{name}.fifo" if fifo else name
        attributes = {"VisibilityTimeout": "1", **(queue or {})}
        if fifo:
            attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        url = sqs.create_queue(QueueName=full, Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        mapping = client.create_event_source_mapping(
            EventSourceArn=arn["Attributes"]["QueueArn"],
            FunctionName=name,
            Enabled=enabled,
            **settings,
        )
        made.append(mapping["UUID"])
        return url, mapping["UUID"]

    yield make
    client = cloud.client("lambda")
    for uuid_ in made:
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):
            client.delete_event_source_mapping(UUID=uuid_)


def error(message="bad"):
    body = json.dumps({"errorType": "ValueError", "errorMessage": message})
    return web.Response(text=body, headers={"X-Amz-Function-Error": "Unhandled"})


def send(cloud, url, *bodies, **settings):
    for body in bodies:
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body, **settings)


def left(cloud, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(count) for count in answer["Attributes"].values())


def in_flight(cloud, url):
    names = ["ApproximateNumberOfMessagesNotVisible"]
    answer = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return int(answer["Attributes"][names[0]])
