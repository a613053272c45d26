"""What the rule on the definitions of state machines accepts and refuses."""

import json

from policy.rules.messaging.stepfunctions import sfn_definition_parses
from policy.testing import check

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
