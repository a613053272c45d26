"""URLs of names of the emulated AWS become local addresses."""

import pytest

from localcloud import ports
from localcloud.layout import Layout
from localcloud.names import ApiMapping, Names

SHOP = "shop-2c13ad-1.eu-west-1.elb.amazonaws.com"
POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1B2"


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


@pytest.fixture
def names(layout):
    return Names(
        layout,
        apis={"a1b2": "catalog"},
        buckets=frozenset({"photos"}),
        websites=frozenset({"www.photos"}),
        balancers={"shop.example.test": "shop-2c13ad"},
        domains={"api.example.test": (ApiMapping("a1b2", "$default"),)},
        private_zones=("services.example.test",),
        elsewhere=frozenset({"db.services.example.test"}),
    )


@pytest.mark.parametrize(
    ("url", "port", "rest"),
    [
        (f"https://{SHOP}", "listener-shop-2c13ad-443", ""),
        (f"http://{SHOP}", "listener-shop-2c13ad-80", ""),
        (f"http://{SHOP}:8080/orders?a=b", "listener-shop-2c13ad-8080", "/orders?a=b"),
        (f"https://{SHOP}/", "listener-shop-2c13ad-443", "/"),
        (f"https://internal-{SHOP}/x", "listener-shop-2c13ad-443", "/x"),
        (f"https://dualstack.{SHOP}", "listener-shop-2c13ad-443", ""),
        ("https://a1b2.execute-api.eu-west-1.amazonaws.com/x", "api-catalog", "/x"),
        ("https://photos.s3.eu-west-1.amazonaws.com/a.jpg", "aws", "/photos/a.jpg"),
        ("https://photos.s3.amazonaws.com", "aws", "/photos"),
        ("http://www.photos.s3-website-eu-west-1.amazonaws.com/a", "website-www.photos", "/a"),
        ("http://www.photos.s3-website.eu-west-2.amazonaws.com", "website-www.photos", ""),
        ("https://s3.eu-west-1.amazonaws.com/photos/a.jpg", "aws", "/photos/a.jpg"),
        (f"{POOL}/.well-known/jwks.json", "aws", "/eu-west-1_a1B2/.well-known/jwks.json"),
        ("https://xray.eu-west-1.amazonaws.com", "telemetry", ""),
        ("https://shop.example.test/", "name-shop.example.test-443", "/"),
        ("http://Shop.Example.test:8080/", "name-shop.example.test-8080", "/"),
        ("https://api.example.test/v1", "name-api.example.test-443", "/v1"),
        ("https://loans.services.example.test", "name-loans.services.example.test-443", ""),
    ],
)
def test_a_name_has_its_local_port(layout, names, url, port, rest):
    local = ports.claim(layout, port)

    assert names.localized(url) == f"http://127.0.0.1:{local}{rest}"


def test_every_url_in_a_text_is_replaced(names):
    found = names.localized(f'{{"a": "http://{SHOP}", "b": "https://shop.example.test/x"}}')

    assert SHOP not in found
    assert found.count("http://127.0.0.1:") == 2


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        SHOP,
        f"https://{SHOP}.evil.test",
        f"ftp://{SHOP}",
        f"https://user@{SHOP}",
        "https://sqs.eu-west-1.amazonaws.com",
        "https://0000.execute-api.eu-west-1.amazonaws.com",
        "https://others.s3.eu-west-1.amazonaws.com/a.jpg",
        "https://s3.eu-west-1.amazonaws.com/others/a.jpg",
        "http://photos.s3-website-eu-west-1.amazonaws.com",
        "https://www.example.test",
        POOL,
        "https://cognito-idp.eu-west-1.amazonaws.com/",
        "http://db.services.example.test:8080",
        "https://otherservices.example.test",
        "",
    ],
)
def test_other_texts_stay_as_they_are(layout, names, text):
    assert names.localized(text) == text
    assert not layout.ports.exists()


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("https://shop.example.test", "name-shop.example.test-443"),
        ("shop.example.test", "name-shop.example.test-443"),
        ("shop", "name-shop.example.test-443"),
        (SHOP, "listener-shop-2c13ad-443"),
        ("www.photos", "website-www.photos"),
        ("example.org", None),
        ("nothing", None),
    ],
)
def test_a_name_is_found(layout, names, name, port):
    local = f"http://127.0.0.1:{ports.claim(layout, port)}" if port else ""

    assert names.find(name) == local


def test_a_bucket_without_a_website_is_found_by_its_name(layout, names):
    assert names.find("photos") == f"http://127.0.0.1:{ports.claim(layout, 'aws')}/photos"
