from __future__ import annotations

import asyncio
import json
import time

import pytest
import pytest_asyncio

from localcloud.runtime.functions import run as functions
from localcloud.runtime.functions.event_queue import EventQueue
from localcloud.runtime.functions.invocation import Invocation
from tests.localcloud.halts import HALTS
from tests.localcloud.runtime.fake_cloud import eventually, workers
from tests.localcloud.runtime.functions.conftest import invoker

pytestmark = pytest.mark.asyncio

FAILS = "def handler(e, c):\n    print('ran', c.aws_request_id)\n    raise ValueError('bad')\n"
WORKS = "def handler(e, c):\n    print('ran', c.aws_request_id)\n    return {'did': e}\n"


@pytest_asyncio.fixture
async def lambdas(cloud, layout, monkeypatch):
    monkeypatch.setenv("BULKHEAD_RETRY_SCALE", "0.001")
    async with workers(layout, cloud, functions=functions.run) as context:
        context.invoke = invoker(context)
        yield context


def runs(context, name):
    path = context.layout.logs / f"{name}.log"
    text = path.read_text() if path.exists() else ""
    return [line for line in text.splitlines() if line.startswith("ran")]


def queue(cloud, name):
    url = cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:eu-west-1:{url.split('/')[-2]}:{name}"


async def received(cloud, url):
    def look():
        answer = cloud.client("sqs").receive_message(
            QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=0
        )
        return answer.get("Messages")

    return (await eventually(look))[0]


async def test_an_event_is_accepted_at_once_and_handled_later(cloud, lambdas, name):
    cloud.function(name, f"import time\n{WORKS}".replace("return", "time.sleep(1)\n    return"))

    answer = await lambdas.invoke(name, {"n": 1}, Invocation_Type="Event")
    handled = runs(lambdas, name)

    assert (answer.status, answer.body) == (202, None)
    assert not handled
    await eventually(lambda: runs(lambdas, name))


async def test_a_failing_event_is_tried_three_times_under_one_id(cloud, lambdas, name):
    cloud.function(name, FAILS)
    url, arn = queue(cloud, name)
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    cloud.change("lambda")

    answer = await lambdas.invoke(name, {"n": 1}, Invocation_Type="Event")

    record = json.loads((await received(cloud, url))["Body"])
    request_id = answer.headers["x-amzn-RequestId"]
    assert runs(lambdas, name) == [f"ran {request_id}"] * 3
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["requestId"] == request_id
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "bad"


async def test_a_result_goes_to_the_destination_for_successes(cloud, lambdas, name):
    cloud.function(name, WORKS)
    url, arn = queue(cloud, name)
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": arn}},
    )
    cloud.change("lambda")

    await lambdas.invoke(name, 7, Invocation_Type="Event")

    record = json.loads((await received(cloud, url))["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"did": 7}


async def test_a_destination_can_be_a_function_and_a_topic(cloud, lambdas, name):
    arn = cloud.function(f"{name}-next", WORKS)
    cloud.function(name, WORKS)
    cloud.function(f"{name}-fails", FAILS)
    url, queue_arn = queue(cloud, name)
    sns = cloud.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    client = cloud.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    client.put_function_event_invoke_config(
        FunctionName=f"{name}-fails",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": topic}},
    )
    cloud.change("lambda")

    await lambdas.invoke(name, 7, Invocation_Type="Event")
    await lambdas.invoke(f"{name}-fails", 8, Invocation_Type="Event")

    await eventually(lambda: runs(lambdas, f"{name}-next"))
    envelope = json.loads((await received(cloud, url))["Body"])
    assert json.loads(envelope["Message"])["requestPayload"] == 8
    assert len(runs(lambdas, f"{name}-fails")) == 1


async def test_a_lost_event_is_in_the_dead_letter_queue_as_it_came(cloud, lambdas, name):
    url, arn = queue(cloud, name)
    cloud.overlay[name] = {"DeadLetterConfig": {"TargetArn": arn}}
    cloud.function(name, FAILS)

    answer = await lambdas.invoke(name, {"n": 2}, Invocation_Type="Event")

    letter = await received(cloud, url)
    attributes = {k: v["StringValue"] for k, v in letter["MessageAttributes"].items()}
    assert json.loads(letter["Body"]) == {"n": 2}
    assert attributes == {
        "RequestID": answer.headers["x-amzn-RequestId"],
        "ErrorCode": "200",
        "ErrorMessage": "bad",
    }


async def test_throttling_costs_no_attempt(cloud, lambdas, name):
    cloud.function(name, WORKS)
    client = cloud.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    cloud.change("lambda")

    for n in range(8):
        await lambdas.invoke(name, n, Invocation_Type="Event")

    await eventually(lambda: len(runs(lambdas, name)) == 8)


async def test_an_event_that_is_too_old_is_not_run(cloud, lambdas, name):
    cloud.function(name, WORKS)
    url, arn = queue(cloud, name)
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        MaximumEventAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    cloud.change("lambda")
    table = EventQueue(lambdas.layout.data / "async-invocations.sqlite")
    table.add(name, None, Invocation(payload=b"1"), time.time() - 61)
    table.close()

    await lambdas.invoke(name, 2, Invocation_Type="Event")

    record = json.loads((await received(cloud, url))["Body"])
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    await eventually(lambda: len(runs(lambdas, name)) == 1)


async def test_what_was_accepted_before_a_stop_is_handled_after_the_next_start(cloud, layout, name):
    cloud.function(name, f"import time\n{WORKS}".replace("return", "time.sleep(0.4)\n    return"))
    async with workers(layout, cloud, functions=functions.run) as context:
        for n in range(3):
            await invoker(context)(name, n, Invocation_Type="Event")
        await asyncio.sleep(0.1)

    async with workers(layout, cloud, functions=functions.run) as context:
        table = EventQueue(layout.data / "async-invocations.sqlite")
        await eventually(lambda: len(table) == 0)
        table.close()

    assert len(set(runs(context, name))) == 3


@pytest.mark.parametrize(("halt", "_reason", "message"), HALTS)
async def test_events_of_a_service_that_does_not_run_wait_until_it_is_started(
    cloud, lambdas, name, halt, _reason, message
):
    cloud.function(name, WORKS, Tags={"service": "orders"})
    await lambdas.invoke(name, {})
    halt(lambdas.layout, "orders")

    refused = await lambdas.invoke(name, {})
    accepted = await lambdas.invoke(name, {}, Invocation_Type="Event")

    async def processes():
        async with lambdas.http.get(f"{lambdas.workers_url}/functions") as response:
            return (await response.json())["processes"].get(name)

    await eventually(lambda: idle(processes))
    before = len(runs(lambdas, name))
    halt(lambdas.layout)
    await eventually(lambda: len(runs(lambdas, name)) == before + 1)

    assert (refused.status, accepted.status, before) == (503, 202, 1)
    assert refused.headers["x-amzn-ErrorType"] == "ServiceStoppedException"
    assert refused.body["message"] == message


async def idle(processes):
    return not await processes()
