"""Tests of policy.rules.general.addresses."""

import json

import pytest

from policy.rules.general.addresses import addresses, no_literal_address_in_service_config
from policy.testing import check_stack, messages, resource, stack, unknown

FUNCTION = "aws:lambda/function:Function"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
BALANCER = "shop-1.eu-west-1.elb.amazonaws.com"
HOSTS = no_literal_address_in_service_config.params["hostPatterns"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("http://10.0.3.7:8080/orders", ["10.0.3.7"]),
        ("10.0.3.7,10.0.4.7", ["10.0.3.7", "10.0.4.7"]),
        ("http://[fd00:1::7]/", ["fd00:1::7"]),
        (f"http://{BALANCER}/orders", [BALANCER]),
        ("ledger.abc.eu-west-1.rds.amazonaws.com", ["ledger.abc.eu-west-1.rds.amazonaws.com"]),
        ("127.0.0.1 169.254.170.2 0.0.0.0 ::1 ::", []),
        ("10.0.0.0/16", []),
        ("fd00::/8", []),
        ("1.2.3", []),
        ("12:30:45", []),
        ("sqs.eu-west-1.amazonaws.com", []),
        ("999.1.1.1", []),
    ],
)
def test_addresses_are_told_from_what_looks_like_them(value, found):
    assert addresses(value, HOSTS) == found


def function(**variables):
    role = "arn:aws:iam::111122223333:role/orders"
    return resource(FUNCTION, "orders", {"role": role, "environment": {"variables": variables}})


def task(**variables):
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    containers = json.dumps([{"name": "main", "environment": environment}])
    return resource(TASK, "orders", {"family": "orders", "containerDefinitions": containers})


def test_no_literal_address_in_service_config():
    balancer = resource("aws:lb/loadBalancer:LoadBalancer", "shop", {"dnsName": BALANCER})
    pointing = function(SHOP_URL=f"http://{BALANCER}")

    def following(one, name):
        return stack(balancer, one, property_dependencies={"orders": {name: [balancer]}})

    check_stack(
        no_literal_address_in_service_config,
        kept=[
            stack(function(HOST="127.0.0.1", LIB_VERSION="1.2.3.4", LATE=unknown)),
            stack(function(SHOP_URL="http://shop.local")),
            stack(task(HOST="0.0.0.0")),
            stack(resource(TASK, "orders", {"containerDefinitions": unknown})),
            stack(resource(FUNCTION, "orders", {"environment": unknown})),
            following(pointing, "environment"),
            following(task(SHOP_URL=f"http://{BALANCER}"), "containerDefinitions"),
        ],
        broken=[
            stack(function(LATE=unknown, SHOP_URL="http://10.0.3.7")),
            stack(balancer, pointing),
            stack(task(SHOP_URL=f"http://{BALANCER}")),
            following(function(SHOP_URL="http://10.0.3.7"), "environment"),
        ],
    )


def test_the_address_itself_is_not_repeated():
    [said] = messages(
        no_literal_address_in_service_config, stack(function(SHOP_URL="http://u:p@10.0.3.7"))
    )
    assert "10.0.3.7" not in said
