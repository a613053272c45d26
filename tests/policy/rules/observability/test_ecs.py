"""What the rules on the logs of containers accept and refuse."""

import json

from policy.rules.observability.ecs import (
    ecs_container_insights,
    ecs_container_logs,
    ecs_log_group_kept,
)
from policy.testing import check, check_stack, resource, stack, unknown

CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
ON = {"name": "containerInsights", "value": "enabled"}
LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "/shop/orders"}}
ROUTER = {"name": "router", "firelensConfiguration": {"type": "fluentbit"}}


def containers(*ones):
    return json.dumps(ones)


def task(definitions):
    return {"family": "orders", "cpu": "256", "memory": "512", "containerDefinitions": definitions}


def test_ecs_container_insights():
    check(
        ecs_container_insights,
        CLUSTER,
        {"name": "shop", "settings": [ON]},
        kept=[
            {"settings": [ON | {"value": "enhanced"}]},
            {"settings": [ON | {"value": unknown}]},
            {"settings": [{"name": "other", "value": "x"}, unknown]},
        ],
        broken=[{"settings": None}, {"settings": [ON | {"value": "disabled"}]}],
        unknown_at=["settings"],
    )
    fix = ecs_container_insights.remediate
    other = {"name": "other", "value": "x"}
    off = resource(CLUSTER, "shop", {"settings": [other, ON | {"value": "disabled"}]})
    assert fix(off) == {"settings": [other, ON]}
    assert fix(resource(CLUSTER, "shop", {"settings": [unknown]})) == {}


def test_ecs_container_logs():
    check(
        ecs_container_logs,
        TASK,
        task(containers({"name": "main", "image": "orders:1", "logConfiguration": LOGS}, ROUTER)),
        kept=[
            {"containerDefinitions": "no JSON"},
            {
                "containerDefinitions": containers(
                    {"name": "m", "logConfiguration": {"logDriver": "awsfirelens"}}, ROUTER
                )
            },
        ],
        broken=[
            {"containerDefinitions": containers({"name": "main"})},
            {"containerDefinitions": containers({"name": "main", "logConfiguration": {}})},
            {
                "containerDefinitions": containers(
                    {"name": "main", "logConfiguration": {"logDriver": "json-file"}}
                )
            },
        ],
        unknown_at=["containerDefinitions"],
    )


def test_ecs_log_group_kept():
    definitions = containers({"name": "main", "logConfiguration": LOGS})
    orders = resource(TASK, "orders", task(definitions))
    kept = resource(GROUP, "logs", {"name": "/shop/orders", "retentionInDays": 30})
    check_stack(
        ecs_log_group_kept,
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
