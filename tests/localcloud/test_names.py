"""URLs of load balancers become the local addresses of their listeners."""

import pytest

from localcloud import ports
from localcloud.layout import Layout
from localcloud.names import with_local_addresses

SHOP = "shop-2c13ad-1.eu-west-1.elb.amazonaws.com"


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


@pytest.mark.parametrize(
    ("url", "port", "rest"),
    [
        (f"https://{SHOP}", 443, ""),
        (f"http://{SHOP}", 80, ""),
        (f"http://{SHOP}:8080/orders?a=b", 8080, "/orders?a=b"),
        (f"https://{SHOP}/", 443, "/"),
    ],
)
def test_a_listener_has_its_local_port(layout, url, port, rest):
    local = ports.claim(layout, f"listener-shop-2c13ad-{port}")

    assert with_local_addresses(layout, url) == f"http://127.0.0.1:{local}{rest}"


def test_every_url_in_a_text_is_replaced(layout):
    found = with_local_addresses(layout, f'{{"a": "http://{SHOP}", "b": "https://{SHOP}/x"}}')

    assert SHOP not in found
    assert found.count("http://127.0.0.1:") == 2


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        SHOP,
        f"https://{SHOP}.evil.test",
        f"ftp://{SHOP}",
        "https://sqs.eu-west-1.amazonaws.com",
        "",
    ],
)
def test_other_texts_stay_as_they_are(layout, text):
    assert with_local_addresses(layout, text) == text
    assert not layout.ports.exists()
