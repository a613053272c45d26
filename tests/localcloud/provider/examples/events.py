"""Examples of event buses, rules and targets."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

BUS = "aws:cloudwatch/eventBus:EventBus"
RULE = "aws:cloudwatch/eventRule:EventRule"
POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
QUEUE = "aws:sqs/queue:Queue"
PATTERN = json.dumps({"source": ["shop.orders"], "detail": {"total": [{"numeric": [">", 10]}]}})

EXAMPLES = (
    Example(
        type=BUS,
        inputs=lambda _: {"description": "orders", "tags": {"kind": "example"}},
        update={"description": "all orders", "tags": {"kind": "changed"}},
        outputs={"description": "orders"},
        optional=lambda stage: {
            "deadLetterConfig": {"arn": stage.make(QUEUE)["arn"]},
            "kmsKeyIdentifier": "alias/orders",
        },
        bad={"name": "no spaces", "logConfig": {"level": "INFO"}, "description": "d" * 513},
    ),
    Example(
        type=POLICY,
        inputs=lambda stage: {
            "eventBusName": stage.make(BUS)["name"],
            "policy": allow("events:PutEvents"),
        },
        update={"policy": allow("events:PutRule")},
        bad={"policy": "[]"},
    ),
    Example(
        type="aws:cloudwatch/eventArchive:EventArchive",
        inputs=lambda stage: {"eventSourceArn": stage.make(BUS)["arn"], "retentionDays": 30},
        update={"retentionDays": 7},
        optional=lambda _: {
            "description": "orders",
            "eventPattern": PATTERN,
            "kmsKeyIdentifier": "alias/orders",
        },
        values=lambda _: {"eventPattern": '{"source": ["shop.payments"]}'},
        bad={"name": "n" * 49, "eventPattern": '{"source": "shop"}', "retentionDays": -1},
    ),
    Example(
        type=RULE,
        inputs=lambda stage: {
            "eventBusName": stage.make(BUS)["name"],
            "eventPattern": PATTERN,
            "description": "large orders",
            "tags": {"kind": "example"},
        },
        update={"description": "all orders", "state": "DISABLED", "tags": {"kind": "changed"}},
        outputs={"state": "ENABLED", "eventPattern": PATTERN},
        optional=lambda _: {"roleArn": "arn:aws:iam::000000000000:role/events"},
        values=lambda _: {"eventPattern": '{"source": ["shop.payments"]}', "isEnabled": False},
        kept="eventPattern",
        bad={
            "name": "no spaces",
            "eventPattern": '{"source": "shop"}',
            "scheduleExpression": "rate(1 minutes)",
            "state": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        },
    ),
    Example(
        type=RULE,
        variant="schedule",
        inputs=lambda _: {"scheduleExpression": "rate(1 hour)"},
        update={"scheduleExpression": "cron(0 3 ? * MON-FRI *)"},
        outputs={"state": "ENABLED"},
        bad={"scheduleExpression": "at(2030-01-01T00:00:00)"},
    ),
    Example(
        type=TARGET,
        inputs=lambda stage: {
            "rule": stage.make(RULE)["name"],
            "eventBusName": stage.make(BUS)["name"],
            "arn": stage.make(QUEUE)["arn"],
        },
        update={"inputPath": "$.detail"},
        optional=lambda stage: {
            "deadLetterConfig": {"arn": stage.make(QUEUE)["arn"]},
            "roleArn": "arn:aws:iam::000000000000:role/events",
            "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 3},
            "sqsTarget": {"messageGroupId": "orders"},
            "kinesisTarget": {"partitionKeyPath": "$.id"},
        },
        values=lambda stage: {
            "arn": stage.make(QUEUE)["arn"] + "-other",
            "input": '{"kind": "order"}',
            "inputTransformer": {
                "inputPaths": {"total": "$.detail.total"},
                "inputTemplate": '{"total": <total>}',
            },
        },
        import_id="{eventBusName}/{rule}/{targetId}",
        bad={
            "arn": "arn:aws:batch:eu-west-1:000000000000:job-queue/orders",
            "batchTarget": {"jobDefinition": "d", "jobName": "j"},
            "input": "text",
            "targetId": "no spaces",
            "retryPolicy": {"maximumRetryAttempts": 186},
        },
    ),
    Example(
        type=TARGET,
        variant="task",
        inputs=lambda stage: {
            "rule": stage.make(RULE)["name"],
            "eventBusName": stage.make(BUS)["name"],
            "arn": stage.make(CLUSTER)["arn"],
            "roleArn": "arn:aws:iam::000000000000:role/events",
            "ecsTarget": {"taskDefinitionArn": stage.make(TASK)["arn"], "launchType": "FARGATE"},
        },
        update={
            "ecsTarget": {
                "taskDefinitionArn": "arn:aws:ecs:eu-west-1:000000000000:task-definition/other:1",
                "taskCount": 2,
                "launchType": "FARGATE",
                "platformVersion": "1.4.0",
                "group": "nightly",
                "propagateTags": "TASK_DEFINITION",
                "enableEcsManagedTags": True,
                "networkConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]},
                "tags": {"kind": "example"},
            }
        },
        import_id="{eventBusName}/{rule}/{targetId}",
        bad={"ecsTarget": {"taskDefinitionArn": "d", "taskCount": 11}},
    ),
)
