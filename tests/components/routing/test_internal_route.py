"""What the host name by which services call a container service promises."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from components.args import InvalidArgError
from components.routing.internal_route import (
    InternalEntrance,
    InternalRoute,
    InternalRouteArgs,
    target_group_name,
)
from components.routing.paths import host_priorities
from components.routing.target_group import Targets
from components.routing.token_check import TokenCheck
from tests.alarm_routing import ALARMS

BALANCER = SimpleNamespace(
    listener_arn="arn:listener",
    arn_suffix="app/calls/1",
    dns_name="calls.test",
    hosted_zone_id="Z-calls",
)


def _args(**changes):
    given = {
        "service": "stock",
        "entrance": InternalEntrance(
            load_balancer=BALANCER, zone_id="Z-services", domain_name="services.shop.test"
        ),
        "priority": 7,
        "tokens": TokenCheck(
            issuer="https://i", jwks_endpoint="https://k", claim="aud", value="stock.dev"
        ),
        "targets": Targets(vpc_id="vpc-1", alarms=ALARMS),
    }
    return InternalRouteArgs(**{**given, **changes})


def test_the_token_of_a_service_is_checked_whatever_the_path(build):
    made = build(lambda: InternalRoute("stock-calls", _args()))

    [rule] = made.all("aws:lb/listenerRule:ListenerRule")
    assert rule.inputs == {
        "listenerArn": "arn:listener",
        "priority": 7,
        "conditions": [{"hostHeader": {"values": ["stock.services.shop.test"]}}],
        "actions": [
            {
                "type": "jwt-validation",
                "order": 1,
                "jwtValidation": {
                    "issuer": "https://i",
                    "jwksEndpoint": "https://k",
                    "additionalClaims": [
                        {"name": "aud", "format": "single-string", "values": ["stock.dev"]}
                    ],
                },
            },
            {"type": "forward", "order": 2, "targetGroupArn": "arn:aws:test:::stock-in"},
        ],
    }


def test_the_name_is_that_of_the_load_balancer(build):
    made = build(lambda: InternalRoute("stock-calls", _args()))

    [record] = made.all("aws:route53/record:Record")
    assert record.inputs == {
        "zoneId": "Z-services",
        "name": "stock.services.shop.test",
        "type": "A",
        "aliases": [{"name": "calls.test", "zoneId": "Z-calls", "evaluateTargetHealth": True}],
    }


def test_calls_have_an_alarm_of_their_own(build):
    made = build(lambda: InternalRoute("stock-calls", _args()))

    alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert [alarm.name for alarm in alarms] == ["stock-calls-unhealthy"]
    watched = {"LoadBalancer": "app/calls/1", "TargetGroup": "suffix/stock-in"}
    assert [alarm.inputs["dimensions"] for alarm in alarms] == [watched]


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("stock", "stock-in"),
        ("twenty-two-characters1", "twenty-two-characters1-in"),
        ("twenty-five-characters-12", "twenty-five-charac9aa5-in"),
    ],
)
def test_a_target_group_has_a_name_that_fits(service, name):
    assert target_group_name(service) == name


@pytest.mark.parametrize("priority", [0, 50_001])
def test_a_priority_that_the_listener_would_refuse_is_refused(priority):
    with pytest.raises(InvalidArgError, match="use 1 to 50000"):
        _args(priority=priority)


def test_the_priority_of_a_service_does_not_depend_on_others(monkeypatch):
    alone, together = host_priorities(["stock"]), host_priorities(["prices", "stock", "orders"])

    assert alone["stock"] == together["stock"]
    assert len(set(together.values())) == 3
    monkeypatch.setattr("components.routing.paths.MAX_PRIORITY", 2)
    assert sorted(host_priorities(["a", "b"]).values()) == [1, 2]
