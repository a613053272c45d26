"""CloudWatch Logs' data operations, called with the SDK through the control plane."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.telemetry_process import TelemetryProcess

DAY = 86_400_000


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    control = ControlProcess(tmp_path_factory.mktemp("cloud"))
    control.start()
    with TelemetryProcess(control.layout):
        yield control.client("logs")
    control.stop()


@pytest.fixture
def group(logs):
    name = f"/{uuid4()}"
    logs.create_log_group(logGroupName=name)
    for stream in ("a", "b"):
        logs.create_log_stream(logGroupName=name, logStreamName=stream)
    return name


def put(logs, group, stream, *lines, at=None):
    first = int(time.time() * 1000) - 60_000 if at is None else at
    events = [{"timestamp": first + n, "message": text} for n, text in enumerate(lines)]
    return logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def messages(answer):
    return [event["message"] for event in answer["events"]]


def test_events_are_read_forwards_and_backwards(logs, group):
    put(logs, group, "a", "one", "two", "three")
    where = {"logGroupName": group, "logStreamName": "a"}

    first = logs.get_log_events(**where, startFromHead=True, limit=2)
    second = logs.get_log_events(**where, nextToken=first["nextForwardToken"])
    end = logs.get_log_events(**where, nextToken=second["nextForwardToken"])
    last = logs.get_log_events(**where, limit=1)
    before = logs.get_log_events(**where, nextToken=last["nextBackwardToken"], limit=1)

    assert messages(first) == ["one", "two"]
    assert messages(second) == ["three"]
    assert end["events"] == []
    assert end["nextForwardToken"] == second["nextForwardToken"]
    assert (messages(last), messages(before)) == (["three"], ["two"])


def test_events_of_all_streams_are_filtered_in_the_order_of_time(logs, group):
    now = int(time.time() * 1000) - 60_000
    put(logs, group, "a", "ERROR first", "INFO", at=now)
    put(logs, group, "b", "ERROR second", at=now + 1)

    found = logs.filter_log_events(logGroupName=group, filterPattern="ERROR")
    prefixed = logs.filter_log_events(logGroupName=group, logStreamNamePrefix="b")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, PaginationConfig={"PageSize": 1}
    )

    assert messages(found) == ["ERROR first", "ERROR second"]
    assert found["events"][1]["logStreamName"] == "b"
    assert messages(prefixed) == ["ERROR second"]
    assert [text for page in pages for text in messages(page)] == [
        "ERROR first",
        "INFO",
        "ERROR second",
    ]


def test_events_outside_the_allowed_time_are_rejected_and_told(logs, group):
    now = int(time.time() * 1000)

    old = put(logs, group, "a", "old", at=now - 15 * DAY)
    new = put(logs, group, "a", "new", at=now + DAY // 2)
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)

    assert old["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    assert new["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 0}
    assert logs.filter_log_events(logGroupName=group)["events"] == []


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([(2, "later"), (1, "earlier")], "chronological order"),
        ([(0, "x"), (25 * 3_600_000, "y")], "cannot span more than 24 hours"),
        ([(0, "x" * 600_000), (1, "y" * 600_000)], "Upload too large"),
    ],
)
def test_a_batch_beyond_the_limits_is_refused(logs, group, events, said):
    now = int(time.time() * 1000) - 2 * DAY
    batch = [{"timestamp": now + at, "message": text} for at, text in events]

    with pytest.raises(ClientError, match=said) as caught:
        logs.put_log_events(logGroupName=group, logStreamName="a", logEvents=batch)

    assert caught.value.response["Error"]["Code"] == "InvalidParameterException"


def test_missing_groups_and_streams_are_told_by_name(logs, group):
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="log group"):
        put(logs, "/missing", "a", "x")
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="log stream"):
        put(logs, group, "missing", "x")
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="log group"):
        logs.filter_log_events(logGroupName="/missing")


def test_a_pattern_is_tested_and_a_broken_one_is_refused(logs, group):
    found = logs.test_metric_filter(
        filterPattern="[ip, status = 4*]", logEventMessages=["a 404", "b 200"]
    )

    assert found["matches"] == [
        {
            "eventNumber": 1,
            "eventMessage": "a 404",
            "extractedValues": {"$ip": "a", "$status": "404"},
        }
    ]
    with pytest.raises(logs.exceptions.InvalidParameterException, match="must end with"):
        logs.filter_log_events(logGroupName=group, filterPattern="{ $.a = 1")
    with pytest.raises(logs.exceptions.InvalidParameterException, match="must end with"):
        logs.put_metric_filter(
            logGroupName=group, filterName="f", filterPattern="[a", metricTransformations=[
                {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
            ],
        )  # fmt: skip


def test_a_deleted_stream_that_is_created_again_is_empty(logs, group):
    put(logs, group, "a", "before")
    logs.delete_log_stream(logGroupName=group, logStreamName="a")
    logs.create_log_stream(logGroupName=group, logStreamName="a")
    put(logs, group, "a", "after")
    where = {"logGroupName": group, "logStreamName": "a", "startFromHead": True}

    deadline = time.monotonic() + 20
    while messages(found := logs.get_log_events(**where)) != ["after"]:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def test_the_times_of_a_stream_follow_its_events(logs, group):
    put(logs, group, "a", "one", "two", at=(at := int(time.time() * 1000) - 1_000))

    deadline = time.monotonic() + 20
    while True:
        [found] = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="a")[
            "logStreams"
        ]
        if "lastEventTimestamp" in found:
            break
        assert time.monotonic() < deadline, found
        time.sleep(0.05)

    assert (found["firstEventTimestamp"], found["lastEventTimestamp"]) == (at, at + 1)


def test_live_tail_sends_events_while_they_arrive_until_the_reader_closes_it(logs, group):
    arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["logGroupArn"]
    answer = logs.start_live_tail(logGroupIdentifiers=[arn], logEventFilterPattern="ERROR")
    events = iter(answer["responseStream"])

    assert next(events)["sessionStart"]["logGroupIdentifiers"] == [arn]
    put(logs, group, "a", "INFO no", "ERROR yes")
    results = next(one for one in events if one["sessionUpdate"]["sessionResults"])

    assert [one["message"] for one in results["sessionUpdate"]["sessionResults"]] == ["ERROR yes"]
    answer["responseStream"].close()


def test_an_impossible_live_tail_is_an_error_instead_of_a_stream(logs, group):
    with pytest.raises(ClientError, match="must be the ARN"):
        logs.start_live_tail(logGroupIdentifiers=[group])
