"""Tests of policy.rules.sfn."""

import json

from policy.rules.sfn import sfn_task_failure_handling, sfn_task_timeout
from policy.testing import check, unknown

MACHINE = "aws:sfn/stateMachine:StateMachine"
ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Refund"}]
RETRY = {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 3, "BackoffRate": 2}
FAILED = {"Type": "Fail"}
WHOLE = {"name": "order", "roleArn": "arn:aws:iam::1:role/order", "type": "STANDARD"}


def task(**rest):
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"} | rest


def nested(*inner):
    """Return definitions with each of *inner* alone, in a branch and in a loop."""
    machines = [{"StartAt": "Pay", "States": {"Pay": one, "Done": FAILED}} for one in inner]
    branched = [{"Type": "Parallel", "Branches": [one], "End": True} for one in machines]
    looped = [{"Type": "Map", "Iterator": one, "End": True} for one in machines]
    looped += [{"Type": "Map", "ItemProcessor": one, "End": True} for one in machines]
    machines += [{"StartAt": "All", "States": {"All": one}} for one in (*branched, *looped)]
    return [{"definition": json.dumps(one)} for one in machines]


def test_sfn_task_failure_handling():
    retried, caught = task(Retry=[RETRY], End=True), task(Catch=ALL, End=True)
    check(
        sfn_task_failure_handling,
        MACHINE,
        WHOLE | nested(retried)[0],
        kept=[
            {"definition": None},
            {"definition": "no JSON"},
            {"definition": {"StartAt": "Pay", "States": {"Pay": task(Retry=unknown)}}},
            *nested(retried, caught, {"Type": "Pass", "End": True}),
        ],
        broken=nested(task(End=True), task(Retry=[], Catch=[], End=True)),
        unknown_at=["definition"],
    )


def test_sfn_task_timeout():
    limits = [
        task(TimeoutSeconds=30),
        task(TimeoutSecondsPath="$.limit"),
        task(HeartbeatSeconds=10),
        task(HeartbeatSecondsPath="$.beat"),
    ]
    check(
        sfn_task_timeout,
        MACHINE,
        WHOLE | nested(limits[0])[0],
        kept=[
            {"definition": None},
            {"definition": "no JSON"},
            {"definition": {"StartAt": "Pay", "States": {"Pay": task(TimeoutSeconds=unknown)}}},
            *nested(*limits, {"Type": "Wait", "Seconds": 5, "End": True}),
        ],
        broken=nested(task(End=True), task(TimeoutSeconds=None, Retry=[RETRY], End=True)),
        unknown_at=["definition"],
    )
