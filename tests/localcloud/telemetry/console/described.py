"""The shop as `up` describes it to the console."""

from __future__ import annotations

NOW = 1_800_000_000
ECS = "arn:aws:ecs:eu-west-1:000000000000:service/bulkhead-local/orders"
CATALOGUE = {
    "written": NOW - 60,
    "root": "/checkout",
    "endpoints": {"shop": "http://127.0.0.1:20001"},
    "services": {
        "orders": {
            "description": "Takes orders.",
            "owner": "checkout",
            "tier": "critical",
            "version": "0a1b2c3d",
            "code": "services/orders",
            "kind": "fargate",
            "routes": [{"path": "/orders", "methods": ["POST"], "auth": "customer"}],
            "calls": ["catalog", "delivery"],
            "publishes": {"order-placed": ["topic"]},
            "consumes": [],
            "queues": {},
            "stores": {"ledger": "aurora-postgresql"},
            "objectives": {"availability": 99.9, "p99_ms": 300},
        },
        "catalog": {
            "description": "Prices.",
            "owner": "catalog",
            "tier": "standard",
            "version": "ffffffff",
            "code": "services/catalog",
            "kind": "lambda",
            "routes": [{"path": "/products", "methods": ["GET"], "auth": "public"}],
            "calls": [],
            "publishes": {},
            "consumes": ["order-placed"],
            "queues": {},
            "stores": {},
            "objectives": {"availability": 99.5, "p99_ms": 1000},
        },
        "delivery": {
            "description": "Delivers.",
            "owner": "delivery",
            "tier": "internal",
            "version": "",
            "code": "services/delivery",
            "kind": "fargate",
            "routes": [],
            "calls": [],
            "publishes": {},
            "consumes": [],
            "queues": {},
            "stores": {},
            "objectives": {"availability": 99.0, "p99_ms": 2000},
        },
    },
    "api_objectives": {"availability": 99.5},
    "workloads": [
        {"service": "orders", "name": "orders", "kind": "fargate", "id": ECS},
        {"service": "catalog", "name": "catalog", "kind": "lambda", "id": "bulkhead-local-catalog"},
        {"service": "delivery", "name": "delivery", "kind": "fargate", "id": f"{ECS}-delivery"},
    ],
    "resources": [
        {"type": "log-group", "id": "/bulkhead/local/orders", "service": "orders"},
        {"type": "log-group", "id": "/aws/lambda/bulkhead-local-catalog", "service": "catalog"},
        {"type": "dashboard", "id": "bulkhead-local-orders", "service": "orders"},
        {"type": "function", "id": "bulkhead-local-catalog", "service": "catalog"},
        {"type": "http-api", "id": "abcdefgh", "service": "api"},
        {
            "type": "target-group",
            "id": "orders",
            "service": "orders",
            "dimensions": {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/orders/1"},
        },
    ],
    "modes": {"emulated": 3, "recorded": 1},
    "types": [{"type": "aws:sqs/queue:Queue", "mode": "emulated", "count": 3}],
    "recorded": [{"type": "aws:wafv2/webAcl:WebAcl", "name": "shop", "reason": "nothing asks it"}],
    "exemptions": [
        {
            "rule": "s3-bucket-access-logged",
            "resource": "*-access-logs-bucket",
            "reason": "log buckets",
            "owner": "platform",
            "expires": "2027-11-30",
        }
    ],
    "findings": ["ecs-something (orders): the service must have more"],
}
