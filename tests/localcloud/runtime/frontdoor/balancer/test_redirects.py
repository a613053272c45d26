"""Where redirects lead."""

from __future__ import annotations

from localcloud.runtime.frontdoor.balancer.actions import Redirect
from localcloud.runtime.frontdoor.balancer.redirects import RequestUrl, location

ORIGIN = RequestUrl("HTTP", "shop.test", 80, "/orders/1", "a=1&b=2")


def test_a_redirect_to_another_listener_of_the_balancer_leads_to_its_local_port():
    redirect = Redirect(301, protocol="HTTPS", port="443")

    found = location(redirect, ORIGIN, {80: 21_080, 443: 21_443})

    assert found == "http://shop.test:21443/orders/1?a=1&b=2"


def test_placeholders_are_filled_in():
    redirect = Redirect(
        302,
        protocol="HTTPS",
        host="new.#{host}",
        port="8443",
        path="/v2/#{path}",
        query="x=#{query}",
    )

    found = location(redirect, ORIGIN, {})

    assert found == "https://new.shop.test:8443/v2/orders/1?x=a=1&b=2"


def test_a_protocols_own_port_is_not_written():
    found = location(Redirect(301, protocol="HTTPS", port="443", query=""), ORIGIN, {})

    assert found == "https://shop.test/orders/1"
