"""Where something deployed is on this machine."""

import json

import pytest


@pytest.fixture
def shop(layout, save_state):
    save_state(
        ("aws:lb/listener:Listener", "shop", "one", {"protocol": "HTTPS"}),
        ("aws:apigatewayv2/api:Api", "api", "two", {}),
    )
    layout.run.mkdir(parents=True)
    served = {"listeners": {"one": {"url": "http://127.0.0.1:20001"}}, "apis": {}}
    (layout.run / "frontdoor.json").write_text(json.dumps(served))


def test_a_load_balancer_has_the_address_that_is_served(bulkhead, shop):
    assert bulkhead("url", "shop")[:2] == (0, "http://127.0.0.1:20001\n")


def test_a_url_of_aws_has_the_address_of_its_listener(bulkhead, shop):
    code, printed, _ = bulkhead("url", "https://shop-1a2b3c-1.eu-west-1.elb.amazonaws.com/orders")

    assert code == 0
    assert printed.startswith("http://127.0.0.1:")
    assert printed.endswith("/orders\n")


def test_a_local_address_is_itself(bulkhead, layout):
    assert bulkhead("url", "http://127.0.0.1:20002")[:2] == (0, "http://127.0.0.1:20002\n")


@pytest.mark.parametrize("name", ["api", "nothing", "https://example.com"])
def test_what_is_not_served_is_refused_with_what_is(bulkhead, shop, name):
    code, _, complaint = bulkhead("url", name)

    assert code == 1
    assert complaint == f"{name!r} has no address on this machine. Served: shop\n"
