"""Examples of functions."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from localcloud.provider.archives import zip_archive
from localcloud.provider.values import Archive, Asset
from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import trust
from tests.localcloud.provider.examples.ec2 import GROUP, two_subnets

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

FUNCTION = "aws:lambda/function:Function"
LAYER = "aws:lambda/layerVersion:LayerVersion"
QUEUE = "aws:sqs/queue:Queue"


def archive(text: str) -> Archive:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Archive(hash=digest, assets={"handler.py": Asset(hash=digest, text=text)})


def with_hash(text: str) -> dict:
    digest = hashlib.sha256(zip_archive(archive(text), None)).digest()
    return {"code": archive(text), "codeSha256": base64.b64encode(digest).decode()}


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


def another_role(stage: Stage) -> str:
    inputs = {"assumeRolePolicy": trust()}
    return stage.create("aws:iam/role:Role", inputs, name="another-role").outputs["arn"]


def network(stage: Stage) -> dict:
    return {"subnetIds": two_subnets(stage), "securityGroupIds": [stage.make(GROUP)["id"]]}


def another_function(stage: Stage) -> str:
    return stage.create(FUNCTION, function(stage), name="another-function").outputs["arn"]


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
        values=lambda stage: {
            **with_hash("def handler(event, context): return 3\n"),
            "architectures": ["arm64"],
            "environment": {"variables": {"LOG_LEVEL": "DEBUG"}},
            "fileSystemConfig": {
                "arn": stage.make("aws:efs/accessPoint:AccessPoint")["arn"],
                "localMountPath": "/mnt/reports",
            },
            "layers": [stage.make(LAYER)["arn"]],
            "loggingConfig": {"logFormat": "JSON"},
            "role": another_role(stage),
            "snapStart": {"applyOn": "PublishedVersions"},
            "vpcConfig": network(stage),
        },
        together=("code codeSha256",),
        kept="code handler publish runtime",
        bad={"runtime": "python1", "timeout": 9999, "memorySize": 1, "name": "n" * 200},
    ),
    Example(
        type=FUNCTION,
        variant="image",
        inputs=lambda stage: {
            "role": stage.make("aws:iam/role:Role")["arn"],
            "packageType": "Image",
            "imageUri": "000000000000.dkr.ecr.eu-west-1.amazonaws.com/hello:1",
        },
        values=lambda _: {
            "imageUri": "000000000000.dkr.ecr.eu-west-1.amazonaws.com/hello:2",
            "imageConfig": {"commands": ["app.handler"], "workingDirectory": "/app"},
        },
    ),
    Example(
        type=LAYER,
        inputs=lambda _: {
            "layerName": "shared",
            "code": archive("def greet(): return 1\n"),
            "compatibleRuntimes": ["python3.12"],
            "description": "greets",
        },
        outputs={"layerName": "shared", "compatibleRuntimes": ["python3.12"]},
        bad={"compatibleRuntimes": ["python1"], "layerName": "no spaces"},
    ),
    Example(
        type="aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        inputs=lambda stage: {
            "functionName": stage.make(FUNCTION)["name"],
            "qualifier": "1",
            "provisionedConcurrentExecutions": 1,
        },
        update={"provisionedConcurrentExecutions": 2},
        bad={"provisionedConcurrentExecutions": 0, "qualifier": "$LATEST"},
    ),
    Example(
        type="aws:lambda/invocation:Invocation",
        inputs=lambda stage: {
            "functionName": stage.make(FUNCTION)["name"],
            "input": '{"kind": "example"}',
            "lifecycleScope": "CRUD",
        },
        update={"input": '{"kind": "changed"}', "triggers": {"at": "noon"}},
        kept="input lifecycleScope",
        bad={"input": "no JSON", "lifecycleScope": "ALWAYS"},
        told_once="result",
        lasting="it is over",
    ),
    Example(
        type="aws:lambda/functionUrl:FunctionUrl",
        inputs=lambda stage: {
            "functionName": stage.create(
                FUNCTION, function(stage), name=f"with-url-{stage.number()}"
            ).outputs["name"],
            "authorizationType": "AWS_IAM",
            "cors": {"allowOrigins": ["https://shop.example"], "maxAge": 60},
        },
        outputs={"invokeMode": "BUFFERED"},
        update={"authorizationType": "NONE"},
        values=lambda _: {"cors": {"allowOrigins": ["*"], "allowMethods": ["GET"]}},
        bad={
            "authorizationType": "GUESS",
            "invokeMode": "RESPONSE_STREAM",
            "cors": {"allowOrigins": ["*"], "allowCredentials": True},
        },
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
        values=lambda stage: {
            "functionName": another_function(stage),
            "functionResponseTypes": [],
            "scalingConfig": {"maximumConcurrency": 3},
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
        values=lambda stage: {
            "destinationConfig": {"onFailure": {"destination": stage.make(QUEUE)["arn"]}}
        },
        bad={"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 1},
    ),
    Example(
        type="aws:lambda/alias:Alias",
        inputs=lambda stage: {
            "functionName": stage.make(FUNCTION)["name"],
            "functionVersion": "1",
        },
        update={"description": "what customers use"},
        values=lambda _: {"functionVersion": "$LATEST"},
        optional=lambda _: {
            "description": "x",
            "routingConfig": {"additionalVersionWeights": {"1": 0.5}},
        },
        bad={"functionVersion": "newest", "name": "no spaces"},
    ),
)
