"""Examples of functions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from localcloud.provider.values import Archive, Asset
from tests.localcloud.provider.example import Example

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"


def archive(text: str) -> Archive:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Archive(hash=digest, assets={"handler.py": Asset(hash=digest, text=text)})


def function(stage: Stage) -> dict:
    return {
        "role": stage.make("aws:iam/role:Role")["arn"],
        "runtime": "python3.11",
        "handler": "handler.handler",
        "code": archive("def handler(event, context): return 1\n"),
        "environment": {"variables": {"LOG_LEVEL": "INFO"}},
        "publish": True,
        "reservedConcurrentExecutions": 5,
        "tags": {"kind": "example"},
    }


def mapping(stage: Stage) -> dict:
    return {
        "functionName": stage.make(FUNCTION)["arn"],
        "eventSourceArn": stage.make(QUEUE)["arn"],
        "batchSize": 5,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "scalingConfig": {"maximumConcurrency": 2},
    }


EXAMPLES = (
    Example(
        type=FUNCTION,
        inputs=function,
        update={
            "timeout": 10,
            "code": archive("def handler(event, context): return 2\n"),
            "reservedConcurrentExecutions": None,
            "tags": {"kind": "changed"},
        },
        outputs={"memorySize": 128, "version": "1", "reservedConcurrentExecutions": 5},
        optional=lambda stage: {
            "deadLetterConfig": {"targetArn": stage.make(QUEUE)["arn"]},
            "description": "orders",
            "ephemeralStorage": {"size": 1024},
            "memorySize": 256,
            "timeout": 60,
            "tracingConfig": {"mode": "Active"},
        },
        kept="code handler publish runtime",
        bad={"runtime": "python1", "timeout": 9999, "memorySize": 1, "name": "n" * 200},
    ),
    Example(
        type="aws:lambda/permission:Permission",
        inputs=lambda stage: {
            "function": stage.make(FUNCTION)["name"],
            "action": "lambda:InvokeFunction",
            "principal": "apigateway.amazonaws.com",
        },
        bad={"action": "no action", "statementId": "no spaces"},
        import_id="{function}/{id}",
    ),
    Example(
        type="aws:lambda/eventSourceMapping:EventSourceMapping",
        inputs=mapping,
        update={"batchSize": 8, "enabled": False},
        outputs={"batchSize": 5, "enabled": True},
        optional=lambda stage: {
            "destinationConfig": {"onFailure": {"destinationArn": stage.make(QUEUE)["arn"]}},
            "enabled": False,
            "filterCriteria": {"filters": [{"pattern": '{"body": {"kind": ["order"]}}'}]},
            "maximumBatchingWindowInSeconds": 5,
            "metricsConfig": {"metrics": ["EventCount"]},
        },
        bad={"batchSize": 0, "maximumBatchingWindowInSeconds": 301},
    ),
    Example(
        type="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        inputs=lambda stage: {
            "functionName": stage.make(FUNCTION)["name"],
            "maximumRetryAttempts": 1,
        },
        update={"maximumRetryAttempts": 2, "maximumEventAgeInSeconds": 3600},
        bad={"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 1},
    ),
    Example(
        type="aws:lambda/alias:Alias",
        inputs=lambda stage: {
            "functionName": stage.make(FUNCTION)["name"],
            "functionVersion": "1",
        },
        update={"description": "what customers use"},
        optional=lambda _: {
            "description": "x",
            "routingConfig": {"additionalVersionWeights": {"1": 0.5}},
        },
        bad={"functionVersion": "newest", "name": "no spaces"},
    ),
)
