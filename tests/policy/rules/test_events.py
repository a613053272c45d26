"""Tests of policy.rules.events."""

import json

from policy.rules.events import events_bus_policy_not_open, events_custom_bus_has_policy
from policy.testing import check, check_stack, resource, stack, unknown

BUS = "aws:cloudwatch/eventBus:EventBus"
POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
PERMISSION = "aws:cloudwatch/eventPermission:EventPermission"
ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}


def policy(principal, **rest):
    """Return a bus policy with one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "events:PutEvents"}
    return json.dumps({"Statement": statement | {"Resource": "arn:aws:events:1:bus/shop"} | rest})


def test_events_bus_policy_not_open():
    check(
        events_bus_policy_not_open,
        POLICY,
        {"eventBusName": "shop", "policy": policy("*", Condition=ORGANISATION)},
        kept=[{"policy": None}, {"policy": policy({"AWS": "111122223333"})}],
        broken=[{"policy": policy("*")}],
        unknown_at=["policy"],
    )
    check(
        events_bus_policy_not_open,
        PERMISSION,
        {"statementId": "partner", "principal": "111122223333", "eventBusName": "shop"},
        kept=[
            {"principal": "*", "condition": {"key": "aws:PrincipalOrgID", "value": "o-1"}},
            {"principal": "*", "condition": unknown},
        ],
        broken=[{"principal": "*"}],
        unknown_at=["principal"],
    )


def test_events_custom_bus_has_policy():
    bus = resource(BUS, "shop", {"name": "shop"})
    policed = resource(POLICY, "who", {"eventBusName": unknown, "policy": policy("*")})
    check_stack(
        events_custom_bus_has_policy,
        kept=[
            stack(bus, policed, property_dependencies={"who": {"eventBusName": [bus]}}),
            stack(bus, policed),
            stack(bus, resource(PERMISSION, "who", {"eventBusName": "shop", "principal": "1"})),
            stack(resource(BUS, "partner", {"eventSourceName": "aws.partner/shop", "name": "p"})),
        ],
        broken=[
            stack(bus),
            stack(bus, resource(PERMISSION, "who", {"eventBusName": "other", "principal": "1"})),
        ],
    )
