"""Executions of jobs: an API call, a control process, and the workers that run them."""

import asyncio
import json
import uuid
from types import SimpleNamespace

import pytest
import pytest_asyncio
from aiohttp import web

from localcloud.runtime.executions import run
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.fake_cloud import eventually, workers
from tests.localcloud.telemetry_process import TelemetryProcess

ROLE = "arn:aws:iam::000000000000:role/job"
INVOKE, RUN_TASK = "arn:aws:states:::lambda:invoke", "arn:aws:states:::ecs:runTask.sync"
SEND = "arn:aws:states:::sqs:sendMessage"
RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}]


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("executions"))
    process.start()
    ecs = process.client("ecs")
    ecs.create_cluster(clusterName="jobs")
    ecs.register_task_definition(
        family="job", containerDefinitions=[{"name": "main", "image": "i", "memory": 128}]
    )
    process.client("logs").create_log_group(logGroupName="job")
    with TelemetryProcess(process.layout):
        yield process
    process.stop()


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setenv("BULKHEAD_RETRY_SCALE", "0.01")


class World:
    """A state machine, the function that it invokes and the tasks that it runs."""

    def __init__(self, control):
        self.control, self.answers, self.invoked = control, [], []
        self.sfn, self.ecs = control.client("stepfunctions"), control.client("ecs")
        self.queue = control.client("sqs").create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]

    def workers(self):
        cloud = SimpleNamespace(url=f"http://127.0.0.1:{self.control.port}")
        return workers(self.control.layout, cloud, executions=run.run)

    async def invoke(self, request):
        self.invoked.append(await request.json())
        error = self.answers.pop(0) if self.answers else None
        headers = {"X-Amz-Function-Error": "Unhandled"} if error else {}
        return web.json_response(error or {"done": True}, headers=headers)

    def start(self, resource, parameters, **state):
        work = {"Type": "Task", "Resource": resource, "Parameters": parameters, "Retry": RETRY}
        catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Letter"}]
        message = {"id.$": "$$.Execution.Id", "error.$": "$.error.Error", "state.$": "$"}
        letter = {"Type": "Task", "Resource": SEND, "Next": "Failed", "ResultPath": None}
        definition = {
            "StartAt": "Work",
            "States": {
                "Work": work | {"Catch": catch, "End": True} | state,
                "Letter": letter | {"Parameters": {"QueueUrl": self.queue, "MessageBody": message}},
                "Failed": {"Type": "Fail", "Error": "JobFailed"},
            },
        }
        group = "arn:aws:logs:eu-west-1:000000000000:log-group:job:*"
        destination = {"cloudWatchLogsLogGroup": {"logGroupArn": group}}
        machine = self.sfn.create_state_machine(
            name=uuid.uuid4().hex,
            definition=json.dumps(definition),
            roleArn=ROLE,
            loggingConfiguration={"level": "ERROR", "destinations": [destination]},
        )["stateMachineArn"]
        started = self.sfn.start_execution(stateMachineArn=machine, input='{"job": "clean"}')
        self.machine, self.execution = machine, started["executionArn"]

    def run_task(self, **state):
        self.start(RUN_TASK, {"Cluster": "jobs", "TaskDefinition": "job", "Count": 1}, **state)

    async def ended(self):
        def found():
            answer = self.sfn.describe_execution(executionArn=self.execution)
            return answer if answer["status"] != "RUNNING" else None

        return await eventually(found, 15)

    def history(self):
        events = self.sfn.get_execution_history(executionArn=self.execution)["events"]
        assert [one["id"] for one in events] == list(range(1, len(events) + 1))
        return [one["type"] for one in events]

    def letter(self):
        answer = self.control.client("sqs").receive_message(QueueUrl=self.queue)
        return [json.loads(one["Body"]) for one in answer.get("Messages", [])]

    def tasks(self, status="RUNNING"):
        return self.ecs.list_tasks(cluster="jobs", desiredStatus=status)["taskArns"]

    async def exits(self, code):
        """Report, as the workers do, that the one running task has exited."""
        [arn] = await eventually(self.tasks)
        [task] = self.ecs.describe_tasks(cluster="jobs", tasks=[arn])["tasks"]
        container = {"name": "main", "exitCode": code, "lastStatus": "STOPPED"}
        kept = {name: task[name] for name in ("taskArn", "clusterArn", "taskDefinitionArn")}
        stopped = {"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "containers": [container]}
        assert self.control.request("PUT", "ecs/tasks", kept | stopped)[0] == 200
        return arn


@pytest.fixture
def world(control):
    return World(control)


@pytest_asyncio.fixture
async def running(world):
    async with world.workers() as context:
        context.routes["functions"] = world.invoke
        yield context


async def test_an_invocation_that_succeeds_in_the_end_is_a_success(world, running):
    world.answers = [{"errorType": "ValueError", "errorMessage": "no"}]

    world.start(INVOKE, {"FunctionName": "f", "Payload": {"input.$": "$.job"}})

    ended = await world.ended()
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == {"Payload": {"done": True}, "StatusCode": 200}
    assert world.invoked == [{"input": "clean"}] * 2
    attempt = ["TaskScheduled", "TaskSubmitted"]
    assert world.history() == [
        "ExecutionStarted", "TaskStateEntered", *attempt, "TaskFailed", *attempt,
        "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded",
    ]  # fmt: skip
    listed = world.sfn.list_executions(stateMachineArn=world.machine)["executions"]
    assert [one["status"] for one in listed] == ["SUCCEEDED"]


async def test_a_job_that_fails_three_times_leaves_a_letter_and_a_log_line(world, running):
    world.answers = [{"errorType": "ValueError"}] * 3

    world.start(INVOKE, {"FunctionName": "f"})

    ended = await world.ended()
    [letter] = world.letter()
    assert (ended["status"], ended["error"]) == ("FAILED", "JobFailed")
    assert (letter["id"], letter["error"]) == (world.execution, "ValueError")
    assert letter["state"]["job"] == "clean"

    async def logged():
        lines = world.control.client("logs").filter_log_events(logGroupName="job")["events"]
        read = [json.loads(one["message"]) for one in lines]
        own = [one["type"] for one in read if one["execution_arn"] == world.execution]
        return own if "ExecutionFailed" in own else None

    assert await eventually(logged) == [*["TaskFailed"] * 3, "ExecutionFailed"]


async def test_a_task_runs_until_a_container_exits_with_0(world, running):
    world.run_task()

    first = await world.exits(1)
    second = await world.exits(0)

    assert (await world.ended())["status"] == "SUCCEEDED"
    assert first != second
    assert world.history().count("TaskFailed") == 1


async def test_a_task_that_exceeds_its_timeout_is_stopped(world, running):
    world.run_task(TimeoutSeconds=1, Retry=[])

    [arn] = await eventually(world.tasks)
    ended = await world.ended()

    [task] = world.ecs.describe_tasks(cluster="jobs", tasks=[arn])["tasks"]
    [letter] = world.letter()
    assert (ended["status"], letter["error"]) == ("FAILED", "States.Timeout")
    assert (task["desiredStatus"], task["stoppedReason"][:21]) == (
        "STOPPED",
        "the task exceeded its",
    )
    assert "TaskTimedOut" in world.history()


async def test_an_execution_goes_on_after_workers_and_control_were_killed(world):
    async with world.workers():
        world.run_task()
        [arn] = await eventually(world.tasks)
        await eventually(lambda: "TaskSubmitted" in world.history())

    world.control.restart_after_kill()
    async with world.workers():
        await asyncio.sleep(0.2)
        assert await world.exits(0) == arn
        assert (await world.ended())["status"] == "SUCCEEDED"

    assert world.history().count("TaskScheduled") == 1


async def test_stopping_an_execution_stops_its_task(world, running):
    world.run_task()
    [arn] = await eventually(world.tasks)
    await eventually(lambda: "TaskSubmitted" in world.history())

    world.sfn.stop_execution(executionArn=world.execution, error="Enough", cause="by hand")

    def desired():
        [task] = world.ecs.describe_tasks(cluster="jobs", tasks=[arn])["tasks"]
        return task["desiredStatus"] == "STOPPED"

    await eventually(desired)
    ended = await world.ended()
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Enough", "by hand")
    assert world.history()[-1] == "ExecutionAborted"
