"""Tests of policy.rules.general.workflows."""

import json

from policy.rules.general.workflows import retry_bounded_with_backoff, saga_step_has_compensation
from policy.testing import check, messages, resource

MACHINE = "aws:sfn/stateMachine:StateMachine"
ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Refund"}]
RETRY = {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 3, "BackoffRate": 2}
FAILED = {"Type": "Fail"}
WHOLE = {"name": "order", "roleArn": "arn:aws:iam::1:role/order", "type": "STANDARD"}


def task(**rest):
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"} | rest


REFUND = task(Next="Failed")


def saga(comment="The order SAGA", **states):
    first = next(iter(states))
    everything = states | {"Refund": REFUND, "Failed": FAILED}
    return {"definition": json.dumps({"Comment": comment, "StartAt": first, "States": everything})}


PAY = task(Catch=ALL, Next="Send")


SEND = task(Catch=ALL, End=True)


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
