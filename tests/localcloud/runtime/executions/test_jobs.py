"""A job from its schedule to the exit code of its process, also if the workers are killed."""

import json
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest

from localcloud.runtime.executions import run as executions
from localcloud.runtime.tasks import run as tasks
from localcloud.runtime.timers import run as timers
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.fake_cloud import eventually, workers

DIGEST = "cd" * 32
IMAGE = f"000000000000.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:{DIGEST}"
ROLE = "arn:aws:iam::000000000000:role/job"
RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}]
CODE = """
import pathlib, sys, time
runs = pathlib.Path(sys.argv[1])
with runs.open("a") as file:
    file.write("run\\n")
if sys.argv[2] == "slow" and runs.read_text().count("run") == 1:
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("jobs"))
    image = process.layout.artifacts / "images" / DIGEST / "image.json"
    image.parent.mkdir(parents=True)
    source = str(tmp_path_factory.mktemp("source"))
    image.write_text(json.dumps({"service": "o", "directory": source, "python": sys.executable}))
    process.start()
    process.client("ecs").create_cluster(clusterName="main")
    yield process
    process.stop()


class Job:
    """A job whose process writes a line for each run into a file."""

    def __init__(self, control, name, folder):
        self.control, self.runs = control, folder / "runs"
        self.sfn = control.client("stepfunctions")
        command = ["python", "-c", CODE, str(self.runs), name]
        container = {"name": "job", "image": IMAGE, "command": command, "memory": 128}
        control.client("ecs").register_task_definition(
            family=name, containerDefinitions=[container]
        )
        parameters = {"Cluster": "main", "TaskDefinition": name}
        resource = "arn:aws:states:::ecs:runTask.sync"
        work = {"Type": "Task", "Resource": resource, "Parameters": parameters, "Retry": RETRY}
        definition = {"StartAt": "Run", "States": {"Run": {**work, "End": True}}}
        self.machine = self.sfn.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]

    def workers(self):
        cloud = SimpleNamespace(url=f"http://127.0.0.1:{self.control.port}")
        parts = {"executions": executions.run, "tasks": tasks.run, "timers": timers.run}
        return workers(self.control.layout, cloud, **parts)

    def started(self):
        return self.runs.exists() and self.runs.read_text().count("run")

    def succeeded(self):
        found = self.sfn.list_executions(stateMachineArn=self.machine)["executions"]
        return [one["status"] for one in found] == ["SUCCEEDED"]


async def test_a_schedule_starts_a_job_whose_process_exits_with_0(control, tmp_path):
    job = Job(control, "quick", tmp_path)

    async with job.workers() as context:
        control.client("scheduler").create_schedule(
            Name="nightly",
            ScheduleExpression="cron(0 2 * * ? *)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": job.machine, "RoleArn": ROLE, "Input": "{}"},
        )
        await eventually(lambda: any(one.next_due() for one in context.clock._timers))
        await context.clock.advance(timedelta(days=1))
        await eventually(job.succeeded, 20)

    assert job.started() == 1


async def test_a_job_is_repeated_after_the_workers_were_killed(control, tmp_path, monkeypatch):
    monkeypatch.setenv("BULKHEAD_RETRY_SCALE", "0.01")
    job = Job(control, "slow", tmp_path)
    async with job.workers():
        job.sfn.start_execution(stateMachineArn=job.machine)
        await eventually(job.started, 20)

    control.restart_after_kill()
    async with job.workers():
        await eventually(job.succeeded, 30)

    assert job.started() == 2
