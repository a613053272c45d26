"""The order in which a load balancer tries routes."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.args import InvalidArgError
from components.routing.paths import Route, key, pattern, priorities, slug

words = st.sampled_from(["orders", "lines", "search", "{id}", "{line}"])
paths = st.lists(words, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
routes = st.lists(
    st.builds(lambda path: Route(path=path, methods=["GET"], role="customer"), paths),
    unique_by=key,
    max_size=12,
)

alike = st.one_of(
    st.text("ab-_", min_size=1, max_size=3), st.from_regex(r"\{[ab_]{1,3}\}", fullmatch=True)
)
paths_alike = st.lists(alike, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


@given(routes)
def test_each_route_has_a_place_of_its_own_that_a_listener_accepts(given_routes):
    chosen = priorities(given_routes)

    assert len(set(chosen.values())) == len(given_routes)
    assert all(1 <= priority <= 50_000 for priority in chosen.values())


@given(routes)
def test_a_fixed_path_is_tried_before_every_pattern_that_matches_it(given_routes):
    chosen = priorities(given_routes)
    fixed = [r for r in given_routes if "{" not in r.path]

    for exact in fixed:
        for other in given_routes:
            if other is not exact and fnmatch.fnmatchcase(exact.path, pattern(other.path)):
                assert chosen[key(exact)] < chosen[key(other)]


@given(routes, st.randoms())
def test_the_order_in_which_routes_are_written_does_not_matter(given_routes, random):
    shuffled = list(given_routes)
    random.shuffle(shuffled)

    assert priorities(shuffled) == priorities(given_routes)


def test_a_longer_pattern_is_tried_before_the_shorter_one_it_would_match():
    short = Route(path="/orders/{id}", methods=["GET"], role="customer")
    long = Route(path="/orders/{id}/{line}", methods=["GET"], role="customer")

    chosen = priorities([short, long])

    assert chosen[key(long)] < chosen[key(short)]


def test_two_routes_that_hash_alike_get_places_side_by_side(monkeypatch):
    monkeypatch.setattr("components.routing.paths.BAND", 2)
    both = [Route(path=f"/{name}", methods=["GET"], role="customer") for name in ("a", "b")]

    assert len(set(priorities(both).values())) == 2


def test_a_parameter_is_a_star_for_the_load_balancer():
    assert pattern("/orders/{order_id}/lines") == "/orders/*/lines"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/orders", "orders"),
        ("/orders/{order_id}", "orders-order-id"),
        ("/orders/{id}/lines", "orders-id-lines-3b0f52d3"),
        ("/orders/id", "orders-id-64f90455"),
    ],
)
def test_a_name_has_the_words_of_its_path(path, name):
    assert slug(path) == name


@given(st.lists(paths_alike, unique=True, max_size=6))
def test_no_two_paths_share_a_name(given_paths):
    assert len({slug(path) for path in given_paths}) == len(given_paths)


@pytest.mark.parametrize("path", ["orders", "/orders/", "/a b", "/{1}", "/" + "a/" * 9 + "a"])
def test_a_path_that_cannot_be_routed_is_refused(path):
    with pytest.raises(InvalidArgError, match="path="):
        Route(path=path, methods=["GET"], role="customer")


@pytest.mark.parametrize("methods", [[], ["GET", "PUT", "POST", "DELETE", "PATCH"]])
def test_methods_that_do_not_fit_one_rule_are_refused(methods):
    with pytest.raises(InvalidArgError, match="name 1 to 4 methods"):
        Route(path="/orders", methods=methods, role="customer")


def test_a_route_for_everyone_needs_a_reason():
    with pytest.raises(InvalidArgError, match="the reason why everyone may"):
        Route(path="/orders", methods=["GET"])
