"""Examples of state machines."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example

MACHINE = "aws:sfn/stateMachine:StateMachine"
ROLE = "aws:iam/role:Role"
GROUP = "aws:cloudwatch/logGroup:LogGroup"


def job(function: str, **more: object) -> str:
    """Return the definition of a job that invokes *function*."""
    invoke = "arn:aws:states:::lambda:invoke"
    run = {"Type": "Task", "Resource": invoke, "Parameters": {"FunctionName": function}}
    return json.dumps({"StartAt": "Run", "States": {"Run": {**run, "End": True, **more}}})


WAIT = json.dumps({"StartAt": "a", "States": {"a": {"Type": "Wait", "Seconds": 1, "End": True}}})

EXAMPLES = (
    Example(
        type=MACHINE,
        inputs=lambda stage: {
            "definition": job("f"),
            "roleArn": stage.make(ROLE)["arn"],
            "tags": {"kind": "example"},
        },
        outputs={"type": "STANDARD"},
        update={"definition": job("f", TimeoutSeconds=60), "tags": {"kind": "changed"}},
        optional=lambda stage: {
            "loggingConfiguration": {
                "level": "ERROR",
                "includeExecutionData": True,
                "logDestination": stage.make(GROUP)["arn"] + ":*",
            },
            "tracingConfiguration": {"enabled": True},
        },
        values=lambda stage: {
            "roleArn": stage.make(ROLE)["arn"] + "-other",
            "loggingConfiguration": {
                "level": "ALL",
                "logDestination": stage.make(GROUP)["arn"] + ":*",
            },
        },
        bad={
            "name": "no spaces",
            "definition": WAIT,
            "type": "EXPRESS",
            "publish": True,
            "loggingConfiguration": {"level": "ERROR", "logDestination": "arn:aws:logs:a:1:b"},
        },
    ),
)
