"""Which Host and Origin headers the local cloud accepts."""

import pytest

from localcloud.origin_check import rejection_reason


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:4566", "localhost", "localhost:80", "cognito-idp.eu-west-1.amazonaws.com"],
)
def test_a_local_host_header_is_accepted(host):
    assert rejection_reason(host, None, None) is None


@pytest.mark.parametrize(
    "host",
    [None, "", "rebound.example", "127.0.0.1.rebound.example", "amazonaws.com.rebound.example",
     "127.0.0.1:4566:80", "rebound.example:4566", "evilamazonaws.com"],
)  # fmt: skip
def test_any_other_host_header_is_rejected(host):
    assert "DNS rebinding" in rejection_reason(host, None, None)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("http://127.0.0.1:8080", "same-site"),
        ("http://localhost:3000", "cross-site"),
        (None, "same-origin"),
        (None, "none"),
    ],
)
def test_a_page_served_from_this_machine_is_accepted(origin, fetch_site):
    assert rejection_reason("127.0.0.1:4566", origin, fetch_site) is None


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("https://somewhere.example", None),
        ("http://127.0.0.1.somewhere.example", "cross-site"),
        ("null", "cross-site"),
        (None, "cross-site"),
    ],
)
def test_a_cross_origin_request_is_rejected(origin, fetch_site):
    assert "cross-origin" in rejection_reason("127.0.0.1:4566", origin, fetch_site)
