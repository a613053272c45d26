"""What a schedule promises."""

import json

import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.messaging.schedule import Schedule, ScheduleArgs, Timing
from tests.alarm_routing import ALARMS

SCHEDULE = "aws:scheduler/schedule:Schedule"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:f"


def define(timing):
    args = ScheduleArgs(
        timing=timing,
        group_name="services",
        target_arn=FUNCTION,
        statements=[Statement(actions=["lambda:InvokeFunction"], resources=[FUNCTION])],
        input="{}",
        description="Sweeps",
        account_id="123456789012",
        alarms=ALARMS,
        key_arn="arn:key",
    )
    return lambda: Schedule("sweep", args)


def test_a_schedule_retries_for_an_hour_and_then_leaves_a_dead_letter(build):
    made = build(define(Timing(expression="rate(1 day)")))

    schedule = made.one(SCHEDULE, "sweep").inputs
    [role] = made.all("aws:iam/role:Role")
    letters = "arn:aws:test:::sweep-dead-letters"
    assert schedule["target"] == {
        "arn": FUNCTION,
        "roleArn": f"arn:aws:test:::{role.name}",
        "input": "{}",
        "deadLetterConfig": {"arn": letters},
        "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 185},
    }
    assert schedule["flexibleTimeWindow"] == {"mode": "OFF"}
    [policy] = made.all("aws:iam/rolePolicy:RolePolicy")
    statements = json.loads(policy.inputs["policy"])["Statement"]
    allowed = [(one["Action"], one["Resource"]) for one in statements]
    assert allowed == [
        (["lambda:InvokeFunction"], [FUNCTION]),
        (["sqs:SendMessage"], [letters]),
        (["kms:Decrypt"], ["arn:key"]),
    ]
    [alarm] = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["dimensions"] == {"QueueName": "sweep-dead-letters"}


def test_a_schedule_has_a_zone_an_end_and_a_window(build):
    timing = Timing(
        expression="cron(0 3 * * ? *)",
        timezone="Europe/Vienna",
        flexible_minutes=15,
        end="2030-01-01T00:00:00Z",
    )

    schedule = build(define(timing)).one(SCHEDULE, "sweep").inputs

    assert schedule["scheduleExpression"] == "cron(0 3 * * ? *)"
    assert schedule["scheduleExpressionTimezone"] == "Europe/Vienna"
    assert schedule["endDate"] == "2030-01-01T00:00:00Z"
    assert schedule["flexibleTimeWindow"] == {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15}


def test_a_window_that_scheduler_does_not_accept_is_refused():
    with pytest.raises(InvalidArgError, match="flexible_minutes"):
        Timing(expression="rate(1 day)", flexible_minutes=1441)
