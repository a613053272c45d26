"""Examples of schedules and schedule groups."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"
SCHEDULE = "aws:scheduler/schedule:Schedule"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "arn:aws:iam::000000000000:role/scheduler"
KEY = "arn:aws:kms:eu-west-1:000000000000:key/0"

EXAMPLES = (
    Example(
        type=GROUP,
        inputs=lambda _: {"tags": {"kind": "example"}},
        update={"tags": {"kind": "changed"}},
        bad={"name": "no spaces"},
    ),
    Example(
        type=SCHEDULE,
        inputs=lambda stage: {
            "groupName": stage.make(GROUP)["name"],
            "scheduleExpression": "cron(0 3 * * ? *)",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {"arn": stage.make(QUEUE)["arn"], "roleArn": ROLE, "input": "{}"},
        },
        outputs={"state": "ENABLED", "scheduleExpressionTimezone": "UTC"},
        update={"scheduleExpression": "rate(5 minutes)", "description": "often"},
        optional=lambda _: {
            "scheduleExpressionTimezone": "Europe/Vienna",
            "startDate": "2030-01-01T00:00:00Z",
            "endDate": "2031-01-01T00:00:00Z",
            "state": "DISABLED",
            "actionAfterCompletion": "DELETE",
            "kmsKeyArn": KEY,
        },
        values=lambda stage: {
            "startDate": "2030-06-01T00:00:00Z",
            "endDate": "2031-06-01T00:00:00Z",
            "flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 10},
            "target": {
                "arn": stage.make(QUEUE)["arn"],
                "roleArn": ROLE,
                "input": '{"kind": "other"}',
                "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 2},
                "deadLetterConfig": {"arn": stage.make(QUEUE)["arn"]},
                "sqsParameters": {"messageGroupId": "g"},
            },
        },
        bad={
            "name": "no spaces",
            "scheduleExpression": "every(2)",
            "scheduleExpressionTimezone": "Europe/Wien",
            "flexibleTimeWindow": {"mode": "FLEXIBLE"},
            "target": {"arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "roleArn": ROLE},
        },
    ),
    Example(
        type=SCHEDULE,
        variant="task",
        inputs=lambda stage: {
            "scheduleExpression": "at(2030-01-01T00:00:00)",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {
                "arn": stage.make("aws:ecs/cluster:Cluster")["arn"],
                "roleArn": ROLE,
                "ecsParameters": {
                    "taskDefinitionArn": stage.make("aws:ecs/taskDefinition:TaskDefinition")["arn"],
                    "launchType": "FARGATE",
                    "networkConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": False},
                },
            },
        },
        update={"description": "a task"},
        bad={"scheduleExpression": "at(2030-02-30T00:00:00)"},
    ),
)
