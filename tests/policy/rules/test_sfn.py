"""Tests of policy.rules.sfn."""

import json

from policy.rules.sfn import sfn_definition_parses, sfn_logging, sfn_tracing
from policy.testing import check, unknown

STEP = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
STATES = {
    "Reserve": STEP
    | {"Next": "Enough", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]},
    "Enough": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.left", "NumericGreaterThan": 0, "Next": "Both"}],
        "Default": "Sorry",
    },
    "Both": {
        "Type": "Parallel",
        "Branches": [
            {"StartAt": "Pay", "States": {"Pay": STEP | {"Next": "Paid"}, "Paid": STEP}},
            {"StartAt": "Send", "States": {"Send": STEP | {"End": True}}},
        ],
        "Next": "Each",
    },
    "Each": {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "One", "States": {"One": STEP | {"End": True}}},
        "End": True,
    },
    "Sorry": {"Type": "Fail"},
}
MACHINE = "aws:sfn/stateMachine:StateMachine"
GROUP = "arn:aws:logs:eu-west-1:1:log-group:/aws/vendedlogs/states/order:*"
WHOLE = {
    "name": "place-order",
    "roleArn": "arn:aws:iam::1:role/place-order",
    "definition": '{"StartAt": "Pay", "States": {"Pay": {"Type": "Succeed"}}}',
    "loggingConfiguration": {"level": "ERROR", "logDestination": GROUP},
    "tracingConfiguration": {"enabled": True},
}


def definition(start="Reserve", **changes):
    return {"definition": json.dumps({"StartAt": start, "States": STATES | changes})}


def branch(start, **states):
    return {"Type": "Parallel", "Branches": [{"StartAt": start, "States": states}], "End": True}


def test_sfn_definition_parses():
    check(
        sfn_definition_parses,
        "aws:sfn/stateMachine:StateMachine",
        {"name": "orders", "roleArn": "arn:aws:iam::1:role/orders"} | definition(),
        kept=[definition("Sorry"), definition(Sorry="no object")],
        broken=[
            {"definition": "StartAt: Reserve"},
            {"definition": None},
            {"definition": "[]"},
            {"definition": '{"Comment": "empty"}'},
            definition("Reserved"),
            definition(start=None),
            definition(start=["Reserve"]),
            definition(Reserve=STEP | {"Next": "Enouhg"}),
            definition(Reserve=STEP | {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "No"}]}),
            definition(Enough=STATES["Enough"] | {"Default": "No"}),
            definition(Enough=STATES["Enough"] | {"Choices": [{"Next": "No"}]}),
            definition(Both=branch("Pay", Pay=STEP | {"Next": "Each"})),
            definition(Both=branch("Pya", Pay=STEP | {"End": True})),
        ],
        unknown_at=["definition"],
    )


def test_sfn_logging():
    check(
        sfn_logging,
        MACHINE,
        WHOLE,
        kept=[{"loggingConfiguration": {"level": "ALL", "logDestination": unknown}}],
        broken=[
            {"loggingConfiguration": None},
            {"loggingConfiguration": {"level": "OFF", "logDestination": GROUP}},
            {"loggingConfiguration": {"level": "FATAL", "logDestination": GROUP}},
            {"loggingConfiguration": {"level": "ALL"}},
        ],
        unknown_at=["loggingConfiguration"],
    )


def test_sfn_tracing():
    check(
        sfn_tracing,
        MACHINE,
        WHOLE,
        broken=[{"tracingConfiguration": None}, {"tracingConfiguration": {"enabled": False}}],
        unknown_at=["tracingConfiguration"],
    )
