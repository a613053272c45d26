from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from localcloud.runtime.functions import service
from tests.localcloud.runtime.fake_cloud import eventually

pytestmark = pytest.mark.asyncio

ECHO = "def handler(event, context):\n    return {'got': event}\n"
PID = "import os\ndef handler(event, context):\n    return os.getpid()\n"


async def test_calls_beyond_the_reserved_concurrency_are_throttled(cloud, lambdas, name):
    cloud.function(name, "import time\ndef handler(e, c):\n    time.sleep(0.4)\n    return 1\n")
    cloud.client("lambda").put_function_concurrency(
        FunctionName=name, ReservedConcurrentExecutions=2
    )
    cloud.change("lambda")
    await lambdas.invoke(name, {})

    answers = await asyncio.gather(*(lambdas.invoke(name, {}) for _ in range(3)))

    assert sorted(answer.status for answer in answers) == [200, 200, 429]
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert refused.body["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


async def test_each_concurrent_call_has_a_process_of_its_own(cloud, lambdas, name):
    source = f"import time\n{PID}".replace("return", "time.sleep(0.3)\n    return")
    cloud.function(name, source)

    answers = await asyncio.gather(*(lambdas.invoke(name, {}) for _ in range(3)))

    assert len({answer.body for answer in answers}) == 3


async def test_new_code_is_run_by_new_processes_and_the_old_ones_end(cloud, lambdas, name):
    cloud.function(name, PID)
    old = (await lambdas.invoke(name, {})).body

    cloud.new_code(name, PID.replace("os.getpid()", "'new'"))

    async def is_new():
        return (await lambdas.invoke(name, {})).body == "new"

    await eventually(is_new)
    await eventually(lambda: not Path(f"/proc/{old}").exists())


async def test_versions_and_aliases_run_what_they_stand_for(cloud, lambdas, name):
    client = cloud.client("lambda")
    cloud.function(name, "def handler(e, c):\n    return 'one'\n", Publish=True)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    cloud.new_code(name, "def handler(e, c):\n    return 'two'\n")

    by_alias = await lambdas.invoke(name, {}, "live")
    by_version = await lambdas.invoke(f"{name}:1", {})
    latest = await lambdas.invoke(name, {})

    assert (by_alias.body, by_version.body, latest.body) == ("one", "one", "two")
    assert by_alias.headers["X-Amz-Executed-Version"] == "1"
    assert latest.headers["X-Amz-Executed-Version"] == "$LATEST"


async def test_all_functions_together_have_a_limit(cloud, lambdas, name, monkeypatch):
    monkeypatch.setattr(service, "ACCOUNT_CONCURRENCY", 1)
    cloud.function(name, "import time\ndef handler(e, c):\n    time.sleep(0.2)\n    return 1\n")
    await lambdas.invoke(name, {})

    answers = await asyncio.gather(*(lambdas.invoke(name, {}) for _ in range(2)))

    assert sorted(answer.status for answer in answers) == [200, 429]
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.body["Reason"] == "ConcurrentInvocationLimitExceeded"


async def test_an_alias_gives_a_share_of_its_requests_to_another_version(cloud, lambdas, name):
    client = cloud.client("lambda")
    cloud.function(name, "def handler(e, c):\n    return 'one'\n", Publish=True)
    cloud.new_code(name, "def handler(e, c):\n    return 'two'\n", publish=True)
    client.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )

    answers = [(await lambdas.invoke(name, {}, "live")).body for _ in range(40)]

    assert set(answers) == {"one", "two"}


async def test_how_many_processes_each_function_has_can_be_asked(cloud, lambdas, name):
    cloud.function(name, ECHO)
    await lambdas.invoke(name, {})

    async with lambdas.context.http.get(f"{lambdas.context.workers_url}/functions") as response:
        answer = await response.json()

    assert answer == {"processes": {name: 1}}
