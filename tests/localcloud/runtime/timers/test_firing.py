"""Firing of schedules, with a clock and AWS services of the test."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from localcloud.runtime.timers.clock import Clock
from localcloud.runtime.timers.firing import Schedules
from localcloud.runtime.timers.schedule import from_rule, from_scheduler
from localcloud.runtime.timers.store import TimerStore

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ARN = "arn:aws:scheduler:eu-west-1:000000000000:schedule/default/clean"
FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:f"
LETTERS = "arn:aws:sqs:eu-west-1:000000000000:letters"


def refusal(status, code):
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


class Aws:
    """Keeps calls and raises what the test says, an error for each call."""

    def __init__(self):
        self.calls, self.errors = [], []

    async def __call__(self, _service, operation, **parameters):
        if operation == "GetQueueUrl":
            return {"QueueUrl": parameters["QueueName"]}
        self.calls.append((operation, parameters))
        if self.errors and operation != "SendMessage":
            error = self.errors.pop(0)
            if error:
                raise error
        return {"Entries": [{}]}


class World:
    """A clock that stands still, and the schedules of one process after another."""

    def __init__(self, folder):
        self.folder, self.aws, self.now = folder, Aws(), START
        self.start()

    def start(self, *schedules):
        self.clock = Clock(self.folder / "clock.json", lambda: self.now)
        self.store = TimerStore(self.folder / "timers.sqlite")
        self.schedules = Schedules(SimpleNamespace(aws=self.aws, layout=None), self.store)
        self.clock.add(self.schedules)
        self.schedules.follow(schedules)

    async def advance(self, **delta):
        await self.clock.advance(timedelta(**delta))

    @property
    def fired(self):
        """Hours since the start at which the function was invoked."""
        payloads = [json.loads(p["Payload"]) for name, p in self.aws.calls if name == "Invoke"]
        return [(datetime.fromisoformat(one["at"]) - START) / HOUR for one in payloads]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def schedule(expression="rate(1 hour)", target=None, **more):
    answer = {
        "Arn": ARN,
        "Name": "clean",
        "GroupName": "default",
        "ScheduleExpression": expression,
        "CreationDate": START,
        "LastModificationDate": START,
        "Target": {
            "Arn": FUNCTION,
            "Input": '{"at": "<aws.scheduler.scheduled-time>"}',
            **(target or {}),
        },
        **more,
    }
    return from_scheduler(answer, timedelta())


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({}, [0, 1, 2, 3]),  # a rate fires at once
        ({"expression": "cron(30 * * * ? *)"}, [0.5, 1.5, 2.5]),
        ({"expression": "at(2026-03-01T02:00:00)"}, [2]),
        ({"StartDate": START + 1.5 * HOUR}, [1.5, 2.5]),
        ({"EndDate": START + 2 * HOUR}, [0, 1, 2]),
        ({"State": "DISABLED"}, []),
        ({"expression": "cron(0 3 * * ? *)", "ScheduleExpressionTimezone": "Europe/Vienna"}, [2]),
    ],
)
async def test_a_schedule_fires_at_each_of_its_times(world, fields, hours):
    world.start(schedule(**fields))

    await world.advance(hours=3)

    assert world.fired == hours


async def test_a_flexible_window_delays_by_less_than_its_minutes(world):
    flexible = schedule(FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15})
    world.start(flexible)

    due = [world.schedules.next_due() - START]
    await world.advance(minutes=59)
    due.append(world.schedules.next_due() - START - HOUR)

    assert all(timedelta() <= one < timedelta(minutes=15) for one in due)
    assert due[0] != due[1]
    assert world.fired == [0]


async def test_what_was_missed_while_nothing_ran_fires_once(world):
    world.start(schedule())
    await world.advance(hours=1)

    world.now = START + 7.5 * HOUR
    world.start(schedule())
    await world.advance(minutes=31)

    assert world.fired == [0, 1, 2, 9]  # 1 hour was added before


async def test_an_update_starts_anew_from_its_moment(world):
    world.start(schedule("cron(0 5 * * ? *)"))
    await world.advance(hours=4)

    changed = START + 4 * HOUR
    world.schedules.follow([schedule("cron(0 3,6 * * ? *)", LastModificationDate=changed)])
    await world.advance(hours=3)

    assert world.fired == [6]


async def test_a_failed_call_is_tried_again_until_it_succeeds(world):
    world.start(schedule("at(2026-03-01T01:00:00)"))
    world.aws.errors = [
        TimeoutError(),
        refusal(500, "ServiceException"),
        refusal(429, "Throttling"),
    ]

    await world.advance(hours=1)
    world.start(schedule("at(2026-03-01T01:00:00)"))  # the process was killed
    await world.advance(seconds=10)

    assert world.fired == [1, 1, 1, 1]
    assert world.store.deliveries() == []


@pytest.mark.parametrize(
    ("policy", "error", "attempts", "condition"),
    [
        ({"MaximumRetryAttempts": 2}, TimeoutError(), 3, "MaximumRetryAttempts"),
        ({"MaximumEventAgeInSeconds": 60}, TimeoutError(), 6, "MaximumEventAgeInSeconds"),
        ({}, refusal(404, "ResourceNotFoundException"), 1, None),
    ],
)
async def test_a_call_that_fails_for_good_goes_to_the_dead_letters(
    world, policy, error, attempts, condition
):
    target = {"RetryPolicy": policy, "DeadLetterConfig": {"Arn": LETTERS}}
    world.start(schedule("at(2026-03-01T01:00:00)", target))
    world.aws.errors = [error] * 100

    await world.advance(hours=3)

    *calls, (operation, letter) = world.aws.calls
    found = {name: one["StringValue"] for name, one in letter["MessageAttributes"].items()}
    assert (operation, letter["QueueUrl"], len(calls)) == ("SendMessage", "letters", attempts)
    assert json.loads(letter["MessageBody"]) == {"at": "2026-03-01T01:00:00Z"}
    assert found.get("EXHAUSTED_RETRY_CONDITION") == condition
    assert found["RETRY_ATTEMPTS"] == str(attempts - 1)
    assert (found["SCHEDULE_ARN"], found["TARGET_ARN"]) == (ARN, FUNCTION)


async def test_a_completed_schedule_is_deleted_if_it_says_so(world):
    world.start(schedule("at(2026-03-01T01:00:00)", ActionAfterCompletion="DELETE"))

    await world.advance(hours=2)

    assert [name for name, _ in world.aws.calls] == ["Invoke", "DeleteSchedule"]


async def test_a_deleted_schedule_is_forgotten(world):
    world.start(schedule())
    await world.advance(minutes=1)

    world.schedules.follow([])

    assert world.store.keys() == set()
    assert world.schedules.next_due() is None


@pytest.mark.parametrize(
    ("arn", "parameters", "operation", "expected"),
    [
        ("arn:aws:sqs:eu-west-1:0:q.fifo", {"SqsParameters": {"MessageGroupId": "g"}},
         "SendMessage", {"QueueUrl": "q.fifo", "MessageBody": "{}", "MessageGroupId": "g"}),
        ("arn:aws:sns:eu-west-1:0:t", {}, "Publish",
         {"TopicArn": "arn:aws:sns:eu-west-1:0:t", "Message": "{}"}),
        ("arn:aws:events:eu-west-1:0:event-bus/b",
         {"EventBridgeParameters": {"Source": "s", "DetailType": "d"}}, "PutEvents",
         {"Entries": [{"EventBusName": "arn:aws:events:eu-west-1:0:event-bus/b", "Source": "s",
                       "DetailType": "d", "Detail": "{}"}]}),
        ("arn:aws:kinesis:eu-west-1:0:stream/s", {"KinesisParameters": {"PartitionKey": "k"}},
         "PutRecord", {"StreamARN": "arn:aws:kinesis:eu-west-1:0:stream/s", "Data": b"{}",
                       "PartitionKey": "k"}),
        ("arn:aws:ecs:eu-west-1:0:cluster/c",
         {"EcsParameters": {"TaskDefinitionArn": "t:1", "LaunchType": "FARGATE",
                            "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"]}}}},
         "RunTask", {"cluster": "arn:aws:ecs:eu-west-1:0:cluster/c", "taskDefinition": "t:1",
                     "launchType": "FARGATE", "overrides": {},
                     "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s"]}}}),
        ("arn:aws:states:eu-west-1:0:stateMachine:m", {}, "StartExecution",
         {"stateMachineArn": "arn:aws:states:eu-west-1:0:stateMachine:m", "input": "{}"}),
    ],
)  # fmt: skip
async def test_each_target_is_called_in_its_own_way(world, arn, parameters, operation, expected):
    world.start(schedule(target={"Arn": arn, "Input": "{}", **parameters}))

    await world.advance(minutes=1)

    [(called, given)] = world.aws.calls
    assert called == operation
    assert {name: value for name, value in given.items() if name in expected} == expected


def test_the_first_period_of_a_rule_begins_when_it_is_created():
    rule = {"Arn": "rule", "Name": "r", "ScheduleExpression": "rate(1 hour)", "State": "ENABLED"}

    found = from_rule(rule, START)

    assert found.nominal(found.first) == START + HOUR
