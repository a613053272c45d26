"""Who calls whom, and who proves it."""

import pytest

from spec.calls import balanced_callees, callers_first, takes_service_tokens
from spec.catalogue import load_catalogue
from tests.spec.test_catalogue import faults, route, service


@pytest.fixture
def called(write):
    """Services of both kinds, called and not, with and without a route for services."""
    return load_catalogue(
        write(
            service("a", calls=["b", "c", "e"]),
            service("b", compute="fargate", routes=[route("/b", "GET")]),
            service("c", calls=["b"], routes=[route("/c", "GET")]),
            service("d", routes=[route("/d", "GET", auth="service")]),
            service("e", routes=[route("/e", "GET", auth="service")]),
            service("f", compute="fargate", routes=[route("/f", "GET")]),
        )
    )


def test_a_service_comes_after_those_that_call_it(called):
    order = callers_first(called)

    assert sorted(order) == list("abcdef")
    assert order.index("a") < order.index("c") < order.index("b")


def test_callers_prove_who_they_are_on_the_balancer_and_on_routes_for_services(called):
    assert [name for name in "abcdef" if takes_service_tokens(called, name)] == ["b", "d", "e"]
    assert balanced_callees(called) == ["b"]


@pytest.mark.parametrize(
    ("compute", "auth", "clash"),
    [("fargate", "service", False), ("fargate", "customer", True), ("lambda", "service", True)],
)
def test_containers_may_have_the_same_route_for_services(write, compute, auth, clash):
    folder = write(
        service("a", compute=compute, routes=[route("/things", "GET", auth=auth)]),
        service("b", compute=compute, routes=[route("/things", "GET", auth="customer")]),
    )

    if clash:
        assert "which a answers with its /things" in faults(folder)[0]
    else:
        assert list(load_catalogue(folder).services) == ["a", "b"]


def test_the_variables_of_a_callee_are_taken(write):
    folder = write(service("a", calls=["service"]), service("service", routes=[route("/s", "GET")]))

    [found] = faults(folder)

    assert "found a name that gives the variable SERVICE_AUDIENCE, as the platform does" in found
