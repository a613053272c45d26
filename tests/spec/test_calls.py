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


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        (["b", "b"], 'calls: found ["b", "b"]; write each name once'),
        (["b", 5], 'calls[1]: found 5, which YAML reads as a number; write it in quotes: "5"'),
        (["b", "B!"], 'calls[1]: found "B!"; write lower-case letters and digits, words'),
        ("b", "calls: found \"b\"; write fields as 'name: value'"),
        ({"b": None}, "calls.b: found nothing; write fields as 'name: value'"),
        ({"b": {"timeout": 5}}, "calls.b.timeout: found an unknown field; write 'timeout_ms'"),
        ({"b": {"timeout_ms": 0}}, "calls.b.timeout_ms: found 0; write a number of at least 1"),
        ({"b": {"max_concurrency": 1.5}}, "calls.b.max_concurrency: found 1.5; write a whole"),
        ({"c": {}}, "calls.c: found the unknown service 'c'; remove it, or write one of: b"),
        (["c"], "calls[0]: found the unknown service 'c'; remove it, or write one of: b"),
    ],
)
def test_calls_are_a_list_of_names_or_a_mapping_with_limits(write, calls, found):
    folder = write(service("a", calls=calls), service("b", routes=[route("/b", "GET")]))

    [fault] = faults(folder)

    assert found in fault


def test_the_short_form_is_the_long_one_with_the_defaults(write):
    b = service("b", routes=[route("/b", "GET")])

    short = load_catalogue(write(service("a", calls=["b"]), b))
    full = load_catalogue(write(service("a", calls={"b": {}}), b))

    assert short.services == full.services


def test_a_limit_is_a_variable_that_nothing_else_may_give(write):
    own = {"B_TIMEOUT_MS": "5"}
    folder = write(
        service("a", calls={"b": {"timeout_ms": 5}}, variables=own),
        service("b", routes=[route("/b", "GET")]),
    )

    [found] = faults(folder)

    assert "a name that gives the variable B_TIMEOUT_MS, as calls.b does" in found
