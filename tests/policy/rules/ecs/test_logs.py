"""Tests of policy.rules.ecs.logs."""

import json

from policy.rules.ecs import logs as rules
from policy.testing import changed, check, check_stack, messages, resource, stack, unknown

CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
ON = {"name": "containerInsights", "value": "enabled"}
LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "/shop/orders"}}


def containers(*ones):
    return json.dumps(ones)


def task(definitions):
    return {"family": "orders", "cpu": "256", "memory": "512", "containerDefinitions": definitions}


def test_ecs_log_group_kept():
    definitions = containers({"name": "main", "logConfiguration": LOGS})
    orders = resource(TASK, "orders", task(definitions))
    kept = resource(GROUP, "logs", {"name": "/shop/orders", "retentionInDays": 30})
    check_stack(
        rules.ecs_log_group_kept,
        kept=[
            stack(orders, kept),
            stack(orders, resource(GROUP, "logs", {"name": unknown, "retentionInDays": 30})),
            stack(
                orders, resource(GROUP, "l", {"name": "/shop/orders", "retentionInDays": unknown})
            ),
            stack(
                orders,
                resource(GROUP, "auto", {"retentionInDays": 30}),
                property_dependencies={
                    "orders": {"containerDefinitions": [resource(GROUP, "auto", {})]}
                },
            ),
            stack(resource(TASK, "orders", task(unknown))),
            stack(resource(TASK, "orders", task(containers({"name": "main"})))),
        ],
        broken=[
            stack(orders),
            stack(orders, resource(GROUP, "logs", {"name": "/shop/orders"})),
            stack(orders, resource(GROUP, "logs", {"name": "/shop/other", "retentionInDays": 30})),
            stack(orders, resource(GROUP, "logs", {"name": unknown})),
            stack(orders, resource(GROUP, "auto", {"retentionInDays": 30})),
        ],
    )


def test_ecs_exec_logged_and_encrypted():
    logged = {"cloudWatchEncryptionEnabled": True, "cloudWatchLogGroupName": "/shop/exec"}
    settings = {
        "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/a",
        "logging": "OVERRIDE",
        "logConfiguration": logged,
    }

    def session(**changes):
        found = changed(settings, changes)
        return {"configuration": {"executeCommandConfiguration": found}}

    check(
        rules.ecs_exec_logged_and_encrypted,
        CLUSTER,
        {"name": "shop", "settings": [ON]} | session(),
        kept=[
            {"configuration": None},
            {"configuration": {"managedStorageConfiguration": {"kmsKeyId": "key"}}},
            {"configuration": {"executeCommandConfiguration": unknown}},
            session(logging="DEFAULT", logConfiguration=None),
            session(logging=None, logConfiguration=None),
            session(logConfiguration={"s3BucketEncryptionEnabled": "true"}),
            session(logConfiguration={"s3BucketEncryptionEnabled": unknown}),
            session(logConfiguration=unknown),
            session(logging=unknown, logConfiguration=None),
            session(kmsKeyId=unknown),
        ],
        broken=[
            session(kmsKeyId=None),
            session(logging="NONE"),
            session(logConfiguration=None),
            session(logConfiguration=logged | {"cloudWatchEncryptionEnabled": False}),
            session(kmsKeyId=None, logging=unknown),
        ],
        unknown_at=["configuration"],
    )
    both = resource(CLUSTER, "shop", session(kmsKeyId=None, logging="NONE"))
    assert len(messages(rules.ecs_exec_logged_and_encrypted, both)) == 2


def test_ecs_service_traced():
    main = {"name": "main", "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1"}
    collector = {"name": "traces", "image": "public.ecr.aws/aws-observability/aws-otel-collector:1"}
    endpoint = {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://localhost:4317"}

    def told(*variables, where="environment"):
        return {"containerDefinitions": containers(main | {where: variables})}

    check(
        rules.ecs_service_traced,
        TASK,
        task(containers(main, collector)),
        kept=[
            told({"name": "PORT", "value": "8080"}, endpoint),
            told({"name": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "value": "http://traces:4318"}),
            told({"name": endpoint["name"], "valueFrom": "arn:aws:ssm:1"}, where="secrets"),
            {"containerDefinitions": "no JSON"},
            {"containerDefinitions": [main | {"image": unknown}]},
            {"containerDefinitions": [main | {"environment": [unknown]}]},
            {"containerDefinitions": [main, unknown]},
        ],
        broken=[
            {"containerDefinitions": containers(main)},
            {"containerDefinitions": None},
            {"containerDefinitions": "[]"},
            told({"name": "PORT", "value": "8080"}),
        ],
        unknown_at=["containerDefinitions"],
    )
