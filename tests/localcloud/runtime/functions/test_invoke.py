from __future__ import annotations

import asyncio
import base64
import json
import os
from pathlib import Path

import pytest

from localcloud.runtime.functions import execution_environment
from tests.localcloud.runtime.fake_cloud import eventually

pytestmark = pytest.mark.asyncio

ECHO = "def handler(event, context):\n    return {'got': event}\n"
PID = "import os\ndef handler(event, context):\n    return os.getpid()\n"


async def test_a_function_answers_with_what_its_handler_returns(cloud, lambdas, name):
    cloud.function(name, ECHO)

    answer = await lambdas.invoke(name, {"a": 1})

    assert answer.status == 200
    assert answer.body == {"got": {"a": 1}}
    assert answer.error is None
    assert answer.headers["X-Amz-Executed-Version"] == "$LATEST"


async def test_the_code_is_loaded_once_and_the_process_used_again(cloud, lambdas, name):
    cloud.function(name, "n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n")

    answers = [(await lambdas.invoke(name, {})).body for _ in range(3)]

    assert answers == [1, 2, 3]


async def test_the_context_and_the_environment_are_lambdas(cloud, lambdas, name):
    source = """
import os
def handler(event, context):
    return {
        "left": context.get_remaining_time_in_millis(),
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "stream": context.log_stream_name,
        "id": context.aws_request_id,
        "custom": context.client_context.custom,
        "environment": dict(os.environ),
        "cwd": os.getcwd(),
    }
"""
    variables = {"GREETING": "hello", "AWS_REGION": "mine"}
    arn = cloud.function(name, source, Environment={"Variables": variables}, MemorySize=256)
    told = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()

    answer = await lambdas.invoke(name, {}, Client_Context=told)

    found, environment = answer.body, answer.body["environment"]
    assert 0 < found["left"] <= 3000
    assert (found["arn"], found["name"], found["memory"]) == (arn, name, "256")
    assert found["custom"] == {"k": "v"}
    assert found["id"] == answer.headers["x-amzn-RequestId"]
    assert found["stream"] == environment["AWS_LAMBDA_LOG_STREAM_NAME"]
    assert environment["GREETING"] == "hello"
    assert environment["AWS_REGION"] == "eu-west-1"
    assert environment["AWS_ENDPOINT_URL"] == cloud.url
    assert environment["_HANDLER"] == "handler.handler"
    assert environment["LAMBDA_TASK_ROOT"] == found["cwd"]
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert "PYTHONDONTWRITEBYTECODE" not in environment


async def test_an_exception_is_an_unhandled_function_error(cloud, lambdas, name):
    cloud.function(name, "def handler(event, context):\n    raise ValueError('no good')\n")

    answer = await lambdas.invoke(name, {})

    assert (answer.status, answer.error) == (200, "Unhandled")
    assert answer.body["errorType"] == "ValueError"
    assert answer.body["errorMessage"] == "no good"
    assert answer.body["stackTrace"]


async def test_a_function_that_takes_too_long_is_killed(cloud, lambdas, name):
    source = f"import time\n{PID}".replace("return", "time.sleep(event)\n    return")
    cloud.function(name, source, Timeout=1)
    first = await lambdas.invoke(name, 0)

    answer = await lambdas.invoke(name, 5)

    assert answer.error == "Unhandled"
    assert answer.body["errorType"] == "Sandbox.Timedout"
    assert answer.body["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    await eventually(lambda: not Path(f"/proc/{first.body}").exists())


async def test_a_process_that_exits_is_an_error_and_the_next_call_gets_a_new_one(
    cloud, lambdas, name
):
    cloud.function(name, "import os\ndef handler(e, c):\n    return os._exit(3) if e else 'ok'\n")

    answer, next_answer = await lambdas.invoke(name, 1), await lambdas.invoke(name, 0)

    assert answer.error == "Unhandled"
    assert answer.body["errorType"] == "Runtime.ExitError"
    assert answer.body["errorMessage"].endswith("Runtime exited with error: exit status 3")
    assert next_answer.body == "ok"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import nothing_like_it\n", "Runtime.ImportModuleError"),
        ("x = 1\n", "Runtime.HandlerNotFound"),
        ("raise RuntimeError('at import')\n", "RuntimeError"),
        ("import os\nos._exit(4)\n", "Runtime.ExitError"),
    ],
)
async def test_code_that_cannot_be_loaded_is_the_callers_answer(cloud, lambdas, name, source, kind):
    cloud.function(name, source)

    answers = [await lambdas.invoke(name, {}) for _ in range(2)]

    assert [answer.error for answer in answers] == ["Unhandled"] * 2
    assert [answer.body["errorType"] for answer in answers] == [kind] * 2


@pytest.mark.parametrize(
    ("payload", "headers", "refusal"),
    [
        (b"{not json", {}, (400, "InvalidRequestContentException")),
        (b'"' + b"x" * 6_291_556 + b'"', {}, (413, "RequestTooLargeException")),
        (
            b'"' + b"x" * 1_048_576 + b'"',
            {"Invocation_Type": "Event"},
            (413, "RequestTooLargeException"),
        ),
        (b"{}", {"Invocation_Type": "Soon"}, (400, "InvalidParameterValueException")),
        (b"{}", {"Client_Context": "?"}, (400, "InvalidRequestContentException")),
    ],
    ids=["no JSON", "too large", "too large for an event", "unknown type", "no context"],
)
async def test_a_bad_request_is_refused_as_lambda_does(lambdas, payload, headers, refusal):
    answer = await lambdas.invoke("any", payload, **headers)

    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == refusal


async def test_a_dry_run_checks_and_runs_nothing(cloud, lambdas, name):
    cloud.function(name, "import missing\n")

    answer = await lambdas.invoke(name, {}, Invocation_Type="DryRun")
    missing = await lambdas.invoke("nobody", {}, Invocation_Type="DryRun")

    assert answer.status == 204
    assert (missing.status, missing.headers["x-amzn-ErrorType"]) == (
        404,
        "ResourceNotFoundException",
    )


async def test_a_runtime_that_does_not_run_locally_is_a_function_error(cloud, lambdas, name):
    cloud.function(name, ECHO, Runtime="nodejs22.x")

    answer = await lambdas.invoke(name, {})

    assert (answer.status, answer.error) == (200, "Unhandled")
    assert answer.body == {
        "errorType": "Runtime.NotSupported",
        "errorMessage": (
            f"The function {name} has the runtime nodejs22.x: "
            "the local cloud runs Python functions only"
        ),
    }
    assert not (await lambdas.functions.initialize(name, None)).succeeded


async def test_an_answer_above_the_limit_is_a_function_error(cloud, lambdas, name):
    cloud.function(name, "def handler(e, c):\n    return 'x' * 7_000_000 if e else 'ok'\n")

    answer, after = await lambdas.invoke(name, 1), await lambdas.invoke(name, 0)

    assert answer.error == "Unhandled"
    assert answer.body["errorType"] == "Function.ResponseSizeTooLarge"
    assert after.body == "ok"


async def test_a_payload_of_several_megabytes_arrives_whole(cloud, lambdas, name):
    cloud.function(name, "def handler(e, c):\n    return e\n")

    answer = await lambdas.invoke(name, "x" * 5_000_000)

    assert answer.body == "x" * 5_000_000


async def test_a_caller_that_goes_away_holds_nobody_up(cloud, lambdas, name):
    cloud.function(
        name, "import time\ndef handler(e, c):\n    time.sleep(e)\n    return 'ok'\n", Timeout=900
    )
    await lambdas.invoke(name, 0)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await lambdas.invoke(name, 600)
    answer = await lambdas.invoke(name, 0)

    assert answer.body == "ok"


async def test_what_is_known_of_a_function_serves_while_the_control_plane_is_away(
    cloud, lambdas, name
):
    cloud.function(name, ECHO)
    await lambdas.invoke(name, 1)
    definitions = lambdas.functions.definitions

    async def out_of_reach(*_args, **_kwargs):
        raise ConnectionRefusedError

    definitions.forget()
    definitions._aws = out_of_reach
    answer = await lambdas.invoke(name, 2)

    assert answer.body == {"got": 2}


async def test_files_and_working_folder_are_the_functions_own(cloud, lambdas, name):
    source = "import sys\ndef handler(e, c):\n    return [sys.path[0], __file__]\n"
    cloud.function(name, source)

    answer = await lambdas.invoke(name, {})

    folder = str(lambdas.layout.data / "functions")
    assert all(path.startswith(folder) for path in answer.body)
    assert os.path.commonpath(answer.body) == answer.body[0]


async def test_code_that_takes_too_long_to_load_times_out(cloud, lambdas, name, monkeypatch):
    monkeypatch.setattr(execution_environment, "INIT_SECONDS", 0)
    cloud.function(name, "import time\ntime.sleep(9)\n", Timeout=1)

    answer = await lambdas.invoke(name, {})

    assert answer.error == "Unhandled"
    assert answer.body["errorType"] == "Sandbox.Timedout"
