"""What a rule's conditions promise."""

from __future__ import annotations

import pytest

from localcloud.runtime.frontdoor.balancer.conditions import UnknownConditionError, condition
from localcloud.runtime.frontdoor.balancer.request_view import RequestView


def request(method="GET", path="/", query="", host="shop.test", client="127.0.0.1", **headers):
    named = {"host": host, **headers}
    return RequestView(
        {
            "method": method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in named.items()],
            "client": (client, 1),
        }
    )


def path(*values):
    return condition({"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}})


@pytest.mark.parametrize(
    ("pattern", "found", "expected"),
    [
        ("/orders", "/orders", True),
        ("/orders", "/orders/1", False),
        ("/orders/*", "/orders/1/lines", True),
        ("/orders/*", "/orders", False),
        ("/orders*", "/orders", True),
        ("/Orders", "/orders", False),
        ("/v?/x", "/v1/x", True),
        ("/v?/x", "/v/x", False),
        ("/a.b", "/aXb", False),
        ("*", "/anything", True),
    ],
)
def test_a_path_matches_with_wildcards_and_its_case(pattern, found, expected):
    assert path(pattern)(request(path=found)) is expected


def test_a_host_matches_without_its_case_and_its_port():
    holds = condition({"Field": "host-header", "Values": ["*.Shop.test"]})

    assert holds(request(host="API.shop.TEST:8443"))
    assert not holds(request(host="shop.test"))


def test_a_header_matches_any_of_its_values_without_case():
    holds = condition(
        {
            "Field": "http-header",
            "HttpHeaderConfig": {"HttpHeaderName": "X-Canary", "Values": ["yes*", "1"]},
        }
    )

    assert holds(request(x_canary="YES please"))
    assert not holds(request(x_canary="no"))
    assert not holds(request())


def test_a_method_matches_exactly():
    holds = condition(
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "HEAD"]}}
    )

    assert holds(request("HEAD"))
    assert not holds(request("POST"))


def test_a_query_matches_by_key_and_value_or_by_value_alone():
    values = [{"Key": "version", "Value": "v?"}, {"Value": "beta*"}]
    holds = condition({"Field": "query-string", "QueryStringConfig": {"Values": values}})

    assert holds(request(query="a=1&VERSION=V2"))
    assert holds(request(query="anything=beta-3"))
    assert not holds(request(query="version=10"))


def test_a_source_matches_by_network():
    holds = condition({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}})

    assert holds(request(client="10.1.2.3"))
    assert not holds(request(client="127.0.0.1"))


def test_an_unknown_condition_is_refused_by_name():
    with pytest.raises(UnknownConditionError, match="'weather' is not supported locally"):
        condition({"Field": "weather", "Values": ["rain"]})
