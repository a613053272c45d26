from __future__ import annotations

import base64
import json
import re

import pytest

from tests.localcloud.runtime.fake_cloud import eventually

pytestmark = pytest.mark.asyncio

PLATFORM = re.compile(r'"type": "platform\.(\w+)"')
SPEAKS = """
import logging
logging.getLogger().setLevel("INFO")
def handler(event, context):
    print("hello", event["who"])
    logging.info("two\\nlines")
    return 1
"""


async def events_of(cloud, group):
    logs = cloud.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if not groups:
        return []
    return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


async def test_what_a_function_writes_is_in_cloudwatch_logs_with_lambdas_own_lines(
    cloud, lambdas, name
):
    cloud.function(name, SPEAKS, MemorySize=192)

    answer = await lambdas.invoke(name, {"who": "you"})

    request_id = answer.headers["x-amzn-RequestId"]

    async def complete():
        events = await events_of(cloud, f"/aws/lambda/{name}")
        return events if any(event.startswith("REPORT") for event in events) else None

    events = await eventually(complete)
    assert events[0].startswith("INIT_START")
    assert f"START RequestId: {request_id} Version: $LATEST" in events
    assert "hello you" in events
    assert any(event.endswith(f"{request_id}\ttwo\nlines") for event in events)
    assert f"END RequestId: {request_id}" in events
    assert re.fullmatch(
        rf"REPORT RequestId: {request_id}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms"
        r"\tMemory Size: 192 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: [\d.]+ ms",
        next(event for event in events if event.startswith("REPORT")),
    )


async def test_the_same_lines_are_in_a_file_at_once(cloud, lambdas, name):
    cloud.function(name, SPEAKS)

    answer = await lambdas.invoke(name, {"who": "me"})

    lines = (lambdas.layout.logs / f"{name}.log").read_text().splitlines()
    assert "hello me" in lines
    assert f"END RequestId: {answer.headers['x-amzn-RequestId']}" in lines


async def test_only_a_cold_start_reports_its_init_duration(cloud, lambdas, name):
    cloud.function(name, SPEAKS)

    for _ in range(2):
        await lambdas.invoke(name, {"who": "me"})

    lines = (lambdas.layout.logs / f"{name}.log").read_text().splitlines()
    reports = [line for line in lines if line.startswith("REPORT")]
    assert ["Init Duration" in report for report in reports] == [True, False]


async def test_the_end_of_the_log_comes_with_the_answer_on_request(cloud, lambdas, name):
    cloud.function(name, SPEAKS)

    answer = await lambdas.invoke(name, {"who": "tail"}, Log_Type="Tail")

    tail = base64.b64decode(answer.headers["X-Amz-Log-Result"]).decode()
    assert "hello tail\n" in tail
    assert "REPORT" in tail


async def test_a_function_can_name_its_log_group_and_format(cloud, lambdas, name):
    group = f"/shop/{name}"
    config = {"LogGroup": group, "LogFormat": "JSON", "ApplicationLogLevel": "INFO"}
    cloud.overlay[name] = {"LoggingConfig": config}
    cloud.function(name, SPEAKS)

    await lambdas.invoke(name, {"who": "json"})

    async def complete():
        events = await events_of(cloud, group)
        return events if any("platform.report" in event for event in events) else None

    parsed = [json.loads(event) for event in await eventually(complete) if event[0] == "{"]
    assert "platform.start" in [event.get("type") for event in parsed]
    assert any(event.get("message") == "two\nlines" for event in parsed)


LEVELS = """
import json, logging
logging.getLogger().setLevel("DEBUG")
def handler(event, context):
    for level in ("trace", "debug", "INFO", "Warn", "WARNING", "error"):
        print(json.dumps({"level": level, "message": "print " + level}))
    print(json.dumps({"message": "print none"}))
    print(json.dumps({"_aws": {}, "message": "print metric"}))
    print("print text")
    for level in ("debug", "info", "warning", "error"):
        getattr(logging, level)("log " + level)
    if event.get("fails"):
        raise KeyError("sku")
"""


EVERYTHING = (
    "print debug, print INFO, print Warn, print WARNING, print error, print none, print metric, "
    "print text, log debug, log info, log warning, log error"
)


async def lines_of(cloud, lambdas, name, config, event=None):
    """Return what a function that logs in JSON with *config* logs in an invocation."""
    cloud.overlay[name] = {"LoggingConfig": {"LogFormat": "JSON", **config}}
    cloud.function(name, LEVELS)
    await lambdas.invoke(name, event or {})
    return (lambdas.layout.logs / f"{name}.log").read_text().splitlines()


def said(lines):
    parsed = [json.loads(line) if line[0] == "{" else {"message": line} for line in lines]
    return [one["message"] for one in parsed if "message" in one]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (
            "DEBUG",
            EVERYTHING,
        ),
        (
            "WARN",
            "print Warn, print WARNING, print error, print metric, log warning, log error",
        ),
        ("FATAL", "print metric"),
    ],
)
async def test_the_application_log_level_filters_what_the_code_writes(
    cloud, lambdas, name, level, expected
):
    lines = await lines_of(cloud, lambdas, name, {"ApplicationLogLevel": level})

    assert sorted(said(lines)) == sorted(expected.split(", "))


async def test_without_a_level_the_application_log_level_is_info(cloud, lambdas, name):
    found = said(await lines_of(cloud, lambdas, name, {}))

    assert "print INFO" in found
    assert not {"print debug", "print trace"} & set(found)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("DEBUG", "initStart initRuntimeDone initReport start runtimeDone report"),
        ("INFO", "initStart start report"),
        (None, "initStart start report"),
        ("WARN", ""),
    ],
)
async def test_the_system_log_level_filters_what_lambda_writes(
    cloud, lambdas, name, level, expected
):
    config = {"SystemLogLevel": level} if level else {}

    lines = await lines_of(cloud, lambdas, name, config)

    types = [found[1] for line in lines if (found := PLATFORM.search(line))]
    assert types == expected.split()


async def test_what_goes_wrong_is_a_warning_of_lambda(cloud, lambdas, name):
    cloud.overlay[name] = {"LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN"}}
    cloud.function(name, "import os\ndef handler(e, c):\n    os._exit(3)\n")

    await lambdas.invoke(name, {})

    lines = (lambdas.layout.logs / f"{name}.log").read_text().splitlines()
    types = [found[1] for line in lines if (found := PLATFORM.search(line))]
    assert types == ["runtimeDone", "report"]


async def test_plain_text_has_no_levels(cloud, lambdas, name):
    cloud.function(name, LEVELS)

    await lambdas.invoke(name, {})

    lines = (lambdas.layout.logs / f"{name}.log").read_text().splitlines()
    assert "print text" in lines
    assert any('"print trace"' in line for line in lines)


async def test_an_error_is_logged_with_its_stack(cloud, lambdas, name):
    cloud.function(name, "def handler(e, c):\n    raise KeyError('sku')\n")

    await lambdas.invoke(name, {})

    text = (lambdas.layout.logs / f"{name}.log").read_text()
    assert "[ERROR] KeyError: 'sku'" in text
    assert "Traceback (most recent call last):" in text


async def test_a_timeout_is_logged_as_lambda_words_it(cloud, lambdas, name):
    cloud.function(name, "import time\ndef handler(e, c):\n    time.sleep(9)\n", Timeout=1)

    answer = await lambdas.invoke(name, {})

    request_id = answer.headers["x-amzn-RequestId"]
    text = (lambdas.layout.logs / f"{name}.log").read_text()
    assert f"Z {request_id} Task timed out after 1.00 seconds" in text
    assert "Status: timeout" in text
