"""Schedules of Scheduler and rules with a schedule, from the API to the target."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from localcloud import stopped as halted
from localcloud.runtime.timers import run
from localcloud.stopped import Stopped
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.fake_cloud import eventually, workers

ROLE = "arn:aws:iam::000000000000:role/scheduler"
OFF = {"Mode": "OFF"}


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("timers"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def queue(control, request):
    sqs = control.client("sqs")
    url = sqs.create_queue(QueueName=request.node.name[:70])["QueueUrl"]
    named = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])

    def received():
        messages = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])
        return messages.get("Messages")

    return SimpleNamespace(arn=named["Attributes"]["QueueArn"], received=received)


def timers(control):
    cloud = SimpleNamespace(url=f"http://127.0.0.1:{control.port}")
    return workers(control.layout, cloud, timers=run.run)


async def test_a_schedule_sends_within_a_second_of_its_time_and_is_deleted(control, queue):
    scheduler = control.client("scheduler")

    async with timers(control) as context:
        due = (context.clock.now() + timedelta(seconds=3)).replace(microsecond=0)
        scheduler.create_schedule(
            Name="soon",
            ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow=OFF,
            ActionAfterCompletion="DELETE",
            Target={"Arn": queue.arn, "RoleArn": ROLE, "Input": "<aws.scheduler.scheduled-time>"},
        )
        [message] = await eventually(queue.received)
        await eventually(lambda: not scheduler.list_schedules()["Schedules"])

    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    assert timedelta() <= sent + context.clock.added - due < timedelta(seconds=1)
    assert message["Body"] == f"{due:%Y-%m-%dT%H:%M:%SZ}"


async def test_a_job_of_a_stopped_service_waits_until_the_service_runs_again(control):
    scheduler, machines = control.client("scheduler"), control.client("stepfunctions")
    machine = machines.create_state_machine(
        name="expire",
        definition=json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}),
        roleArn=ROLE,
        tags=[{"key": "service", "value": "orders"}],
    )["stateMachineArn"]
    target = {"Arn": machine, "RoleArn": ROLE, "Input": "{}"}
    scheduler.create_schedule(
        Name="expire", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow=OFF, Target=target
    )

    def executions():
        return machines.list_executions(stateMachineArn=machine)["executions"]

    halted.write(control.layout, Stopped(frozenset({"orders"})))
    async with timers(control) as context:
        await eventually(lambda: "timers" in context.parts_ready)
        async with context.http.post(
            f"{context.workers_url}/time", json={"seconds": 4 * 3600}
        ) as answer:
            assert answer.status == 200
        while_stopped = executions()
        halted.write(control.layout, Stopped())
        started = await eventually(executions)
    scheduler.delete_schedule(Name="expire")

    assert while_stopped == []
    assert len(started) == 1


async def test_a_rule_sends_its_event_when_the_clock_is_advanced_over_http(control, queue):
    events = control.client("events")
    arn = events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")["RuleArn"]
    events.put_targets(Rule="hourly", Targets=[{"Id": "queue", "Arn": queue.arn}])

    async with timers(control) as context:
        for body, status in (({"seconds": 3600}, 200), ({"seconds": -1}, 400)):
            async with context.http.post(f"{context.workers_url}/time", json=body) as answer:
                assert answer.status == status
        [message] = await eventually(queue.received)
        now = context.clock.now()
    events.remove_targets(Rule="hourly", Ids=["queue"])
    events.delete_rule(Name="hourly")

    event = json.loads(message["Body"])
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert (event["resources"], event["detail"]) == ([arn], {})
    assert abs(datetime.fromisoformat(event["time"]) - now) < timedelta(seconds=60)


@pytest.mark.parametrize(
    ("operation", "changed", "code"),
    [
        ("create_schedule", {"ScheduleExpression": "every(2)"}, "ValidationException"),
        ("create_schedule", {"ScheduleExpressionTimezone": "Mars"}, "ValidationException"),
        ("create_schedule", {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "ValidationException"),
        ("create_schedule", {"GroupName": "missing"}, "ResourceNotFoundException"),
        ("update_schedule", {}, "ResourceNotFoundException"),
        ("create_schedule_group", {"Name": "default"}, "ConflictException"),
        ("delete_schedule_group", {"Name": "missing"}, "ResourceNotFoundException"),
        ("delete_schedule_group", {"Name": "default"}, "ValidationException"),
        ("put_rule", {"ScheduleExpression": "rate(2 minute)"}, "ValidationException"),
        ("put_rule", {"ScheduleExpression": "at(2030-01-01T00:00:00)"}, "ValidationException"),
    ],
)
def test_the_api_refuses_what_aws_refuses(control, operation, changed, code):
    whole = {
        "Name": "s",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": OFF,
        "Target": {"Arn": "arn:aws:sqs:eu-west-1:000000000000:q", "RoleArn": ROLE},
    }
    given = whole | changed if operation.endswith("_schedule") else {"Name": "r"} | changed
    client = control.client("events" if operation == "put_rule" else "scheduler")

    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**given)

    assert refused.value.response["Error"]["Code"] == code
