"""Starting a job and following it."""

import datetime as dt
import json

import pytest

from ops import folders
from ops.commands import run
from tests.conftest import SERVICES

TAGS = {"environment": "local", "service": "loans", "job": "settle"}
TASK = {"Parameters": {"TaskDefinition": "settle:1"}}


class Pages:
    def __init__(self, *pages):
        self.pages = pages

    def paginate(self, **_):
        return self.pages


class Fake:
    """Step Functions, ECS and CloudWatch Logs with one job."""

    def __init__(self, end):
        self.states = [{"status": "RUNNING"}, end]
        self.lines = ["one", "two"]
        self.started = []

    def get_paginator(self, operation):
        if operation == "list_state_machines":
            machines = [{"stateMachineArn": arn} for arn in ("other", "settle")]
            return Pages({"stateMachines": machines})
        events = [{"eventId": line, "message": f"{line}\n"} for line in self.lines]
        return Pages({"events": events})

    def list_tags_for_resource(self, **given):
        tags = TAGS if given["resourceArn"] == "settle" else TAGS | {"job": "other"}
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def describe_state_machine(self, **_):
        return {"definition": json.dumps({"States": {"Run": TASK}})}

    def describe_task_definition(self, **_):
        options = {"awslogs-group": "group"}
        container = {"logConfiguration": {"options": options}}
        return {"taskDefinition": {"containerDefinitions": [container]}}

    def start_execution(self, **given):
        self.started.append(given["stateMachineArn"])
        return {"executionArn": "run", "startDate": dt.datetime.now(dt.UTC)}

    def describe_execution(self, **_):
        return self.states.pop(0)


@pytest.fixture
def cloud(layout, monkeypatch):
    def install(end):
        fake = Fake(end)
        monkeypatch.setattr(run, "client", lambda *_: fake)
        return fake

    monkeypatch.setattr(folders, "existing", lambda _: SERVICES)
    monkeypatch.setattr(run, "POLL_SECONDS", 0)
    monkeypatch.setattr(run, "LAST_LINES_SECONDS", 0)
    return install


def test_a_job_that_succeeds_shows_each_line_once(cloud, bulkhead):
    fake = cloud({"status": "SUCCEEDED"})

    code, shown, about = bulkhead("run", "loans", "settle")

    assert (code, fake.started) == (0, ["settle"])
    assert shown.splitlines()[:2] == ["one", "two"]
    assert "The job settle of loans succeeded" in shown + about


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "loans", "settle"), "settle of loans failed. JobFailed: three times"),
        (("run", "nobody", "settle"), "There is no service 'nobody'"),
        (("run", "loans", "other"), "loans has no job 'other'. Its jobs are: settle"),
        (("time", "advance", "soon"), "is no duration"),
        (("time", "advance", "0", "days"), "is no duration"),
        (("time", "advance", "400", "days"), "at most 366 days"),
        (("time", "advance", "1", "day"), "The local cloud is stopped"),
    ],
)
def test_what_cannot_be_done_is_an_error(cloud, bulkhead, words, message):
    cloud({"status": "FAILED", "error": "JobFailed", "cause": "three times"})

    code, _, problem = bulkhead(*words)

    assert code == 1
    assert message in " ".join(problem.split())
