"""What the routes of a container service promise."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pytest

from components.args import InvalidArgError
from components.routing.paths import Route
from components.routing.service_routes import ServiceRoutes, ServiceRoutesArgs
from components.routing.target_group import HealthCheck, Targets
from components.routing.token_check import TokenCheck
from tests.alarm_routing import ALARMS

RULE = "aws:lb/listenerRule:ListenerRule"
ORDERS = Route(path="/orders/{id}", methods=["PUT", "GET"], role="customer")
PRICES = Route(path="/prices", methods=["GET"], exemption="Everyone may see prices.")


def _args(**changes):
    measured = {field.name for field in dataclasses.fields(Targets)} & changes.keys()
    targets = {name: changes.pop(name) for name in measured}
    given = {
        "target_group_name": "orders",
        "load_balancer": SimpleNamespace(listener_arn="arn:listener", arn_suffix="app/shop/1"),
        "routes": [ORDERS],
        "priorities": [7],
        "tokens": TokenCheck(
            issuer="https://i", jwks_endpoint="https://k", claim="client_id", value="client"
        ),
        "targets": Targets(vpc_id="vpc-1", alarms=ALARMS, **targets),
    }
    return ServiceRoutesArgs(**{**given, **changes})


def test_a_token_is_checked_before_a_request_reaches_the_service(build):
    made = build(lambda: ServiceRoutes("orders", _args()))

    assert made.one(RULE, "orders-get+put-orders-id").inputs == {
        "listenerArn": "arn:listener",
        "priority": 7,
        "conditions": [
            {"pathPattern": {"values": ["/orders/*"]}},
            {"httpRequestMethod": {"values": ["GET", "PUT"]}},
        ],
        "actions": [
            {
                "type": "jwt-validation",
                "order": 1,
                "jwtValidation": {
                    "issuer": "https://i",
                    "jwksEndpoint": "https://k",
                    "additionalClaims": [
                        {"name": "client_id", "format": "single-string", "values": ["client"]}
                    ],
                },
            },
            {"type": "forward", "order": 2, "targetGroupArn": "arn:aws:test:::orders"},
        ],
    }


def test_a_public_route_leads_straight_to_the_service(build):
    made = build(lambda: ServiceRoutes("orders", _args(routes=[PRICES])))

    [rule] = made.all(RULE)
    assert rule.inputs["actions"] == [
        {"type": "forward", "order": 1, "targetGroupArn": "arn:aws:test:::orders"}
    ]


def test_a_task_gets_requests_only_while_it_is_healthy(build):
    check = HealthCheck(path="/alive", interval_seconds=5, timeout_seconds=2)

    made = build(lambda: ServiceRoutes("orders", _args(health_check=check, drain_seconds=9)))

    group = made.one("aws:lb/targetGroup:TargetGroup", "orders")
    assert group.inputs["targetType"] == "ip"
    assert group.inputs["deregistrationDelay"] == 9
    assert group.inputs["healthCheck"] == {
        "enabled": True,
        "path": "/alive",
        "protocol": "HTTP",
        "port": "traffic-port",
        "matcher": "200",
        "interval": 5,
        "timeout": 2,
        "healthyThreshold": 2,
        "unhealthyThreshold": 3,
    }


def test_the_metrics_of_its_requests_are_those_of_the_target_group(build):
    found = []

    made = build(lambda: found.append(ServiceRoutes("orders", _args()).metrics))

    [alarm] = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.name == "orders-unhealthy"
    assert alarm.inputs["alarmActions"] == ["arn:tickets"]
    assert alarm.inputs["dimensions"] == {
        "LoadBalancer": "app/shop/1",
        "TargetGroup": "suffix/orders",
    }
    assert (found[0].requests, found[0].errors) == ("RequestCount", "HTTPCode_Target_5XX_Count")
    assert found[0].latency_threshold(300) == 0.3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"priorities": []}, "name one for each of the 1 routes"),
        ({"priorities": [0]}, "use 1 to 50000"),
        ({"target_group_name": "a" * 26}, "use at most 25 characters"),
    ],
)
def test_what_the_listener_would_refuse_is_refused_at_once(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        _args(**changes)


def test_a_health_check_that_waits_longer_than_it_pauses_is_refused():
    with pytest.raises(InvalidArgError, match=r"timeout_seconds=5 .*less than interval_seconds"):
        HealthCheck(interval_seconds=5)
