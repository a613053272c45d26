"""What the rules on workflows that fail half-way accept and refuse."""

import json

from policy.rules.resilience.stepfunctions import (
    retry_bounded_with_backoff,
    saga_step_has_compensation,
    sfn_task_failure_handling,
    sfn_task_timeout,
)
from policy.testing import check, messages, resource, unknown

MACHINE = "aws:sfn/stateMachine:StateMachine"
ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Refund"}]
RETRY = {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 3, "BackoffRate": 2}


def task(**rest):
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"} | rest


REFUND = task(Next="Failed")
FAILED = {"Type": "Fail"}


def saga(comment="The order SAGA", **states):
    first = next(iter(states))
    everything = states | {"Refund": REFUND, "Failed": FAILED}
    return {"definition": json.dumps({"Comment": comment, "StartAt": first, "States": everything})}


PAY = task(Catch=ALL, Next="Send")
SEND = task(Catch=ALL, End=True)
WHOLE = {"name": "order", "roleArn": "arn:aws:iam::1:role/order", "type": "STANDARD"}


def test_saga_step_has_compensation():
    branch = {"StartAt": "Pack", "States": {"Pack": task(End=True)}}
    parallel = {"Type": "Parallel", "Branches": [branch], "End": True}
    mapped = {"Type": "Map", "ItemProcessor": branch, "End": True}
    choice = {"Type": "Choice", "Choices": [{"Next": "Send"}], "Default": "Send"}
    check(
        saga_step_has_compensation,
        MACHINE,
        WHOLE | saga(Pay=PAY, Send=SEND),
        kept=[
            {"definition": None},
            {"definition": "no JSON"},
            saga("Places an order", Pay=task(End=True)),
            saga(Pay=parallel | {"Catch": ALL}),
            saga(Pay=mapped | {"Catch": ALL}),
            saga(Pay=choice, Send=SEND),
            saga(Pay=SEND, Never=task(End=True)),
        ],
        broken=[
            saga(Pay=task(End=True)),
            saga("Places an order", Pay=task(End=True)) | {"tags": {"purpose": "saga"}},
            saga(Pay=PAY, Send=task(End=True)),
            saga(Pay=choice, Send=task(End=True)),
            saga(Pay=parallel),
            saga(Pay=mapped),
            saga(Pay=task(Catch=[{"ErrorEquals": ["Timeout"], "Next": "Refund"}], End=True)),
            saga(Pay=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Pay"}], End=True)),
            saga(Pay=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Gone"}], End=True)),
        ],
        unknown_at=["definition"],
    )


def test_retry_bounded_with_backoff():
    def retried(**changes):
        retry = {key: value for key, value in (RETRY | changes).items() if value is not None}
        inner = {"StartAt": "Pack", "States": {"Pack": task(Retry=[RETRY, retry], End=True)}}
        return saga("", Pay={"Type": "Parallel", "Branches": [inner], "End": True})

    check(
        retry_bounded_with_backoff,
        MACHINE,
        WHOLE | retried(),
        kept=[
            {"definition": None},
            retried(MaxAttempts=10, BackoffRate=1),
            retried(JitterStrategy="FULL"),
        ],
        broken=[
            retried(MaxAttempts=None),
            retried(MaxAttempts=11),
            retried(BackoffRate=None),
            retried(BackoffRate=0.5),
        ],
        unknown_at=["definition"],
    )
    [said] = messages(
        retry_bounded_with_backoff, resource(MACHINE, "order", retried(MaxAttempts=99))
    )
    assert said == (
        "A Retry of the state 'Pack' of 'order' must be bounded: set MaxAttempts to 10 or less and"
        ' BackoffRate to 1 or more in definition, best with JitterStrategy "FULL".'
    )


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
