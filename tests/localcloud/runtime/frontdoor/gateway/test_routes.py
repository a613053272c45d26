"""What an HTTP API's routes promise."""

from __future__ import annotations

import pytest

from localcloud.runtime.frontdoor.gateway.routes import RouteTable, parsed_key, stage_and_path

KEYS = [
    "$default",
    "ANY /catalog/{sku}",
    "GET /catalog/{sku}",
    "GET /catalog/new",
    "GET /catalog/{sku}/prices",
    "ANY /{proxy+}",
    "GET /catalog/{rest+}",
    "POST /",
]


@pytest.mark.parametrize(
    ("method", "path", "key", "variables"),
    [
        ("GET", "/catalog/new", "GET /catalog/new", {}),
        ("GET", "/catalog/a%20b", "GET /catalog/{sku}", {"sku": "a b"}),
        ("PUT", "/catalog/new", "ANY /catalog/{sku}", {"sku": "new"}),
        ("GET", "/catalog/7/prices", "GET /catalog/{sku}/prices", {"sku": "7"}),
        ("GET", "/catalog/7/x/y", "GET /catalog/{rest+}", {"rest": "7/x/y"}),
        ("PUT", "/catalog/7/x", "ANY /{proxy+}", {"proxy": "catalog/7/x"}),
        ("POST", "/", "POST /", {}),
        ("GET", "/", "$default", {}),
    ],
)
def test_the_most_specific_route_is_chosen(method, path, key, variables):
    table = RouteTable((one, one) for one in KEYS)

    assert table.find(method, path) == (key, variables)


def test_nothing_is_found_without_a_default_route():
    assert RouteTable([("GET /a", "a")]).find("POST", "/a") is None


@pytest.mark.parametrize("key", ["get /x", "GET x", "GET", "/x"])
def test_what_is_no_route_key_is_refused(key):
    with pytest.raises(ValueError, match="is not a route key"):
        parsed_key(key)


def test_a_named_stage_is_the_paths_first_segment():
    stages = {"$default": 1, "v1": 2}

    assert stage_and_path(stages, "/v1/catalog") == ("v1", "/catalog")
    assert stage_and_path(stages, "/catalog") == ("$default", "/catalog")
    assert stage_and_path({"v1": 2}, "/catalog") is None
