"""How the cache is reached: with a presigned request as the password, over TLS."""

from types import SimpleNamespace as Fake
from urllib.parse import parse_qsl, urlsplit

import pytest


@pytest.mark.parametrize(
    ("arn", "resource"),
    [
        ("serverlesscache:shop-prices", {"ResourceType": "ServerlessCache"}),
        ("replicationgroup:shop-prices", {}),
    ],
)
def test_the_password_is_a_presigned_request_for_the_cache(kit, monkeypatch, arn, resource):
    module = kit("elasticache")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    for part, value in {
        "HOST": "cache.test", "PORT": "6379", "TLS": "true", "CLUSTER": "true", "AUTH": "iam",
        "USER": "prod-orders", "ARN": f"arn:aws:elasticache:eu-west-1:123456789012:{arn}",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"PRICES_{part}", value)

    cache = module.Cache.from_environment("prices")
    user, token = cache.credentials.get_credentials()

    url = urlsplit(f"https://{token}")
    query = dict(parse_qsl(url.query))
    signed = {key: query.pop(key) for key in list(query) if key.startswith("X-Amz-")}
    assert (user, url.hostname, url.path) == ("prod-orders", "shop-prices", "/")
    assert query == {"Action": "connect", "User": "prod-orders", **resource}
    assert signed["X-Amz-Expires"] == "900"
    assert "/eu-west-1/elasticache/" in signed["X-Amz-Credential"]
    assert cache.credentials.get_credentials()[1] == token
    assert cache.arguments()["ssl"] is cache.arguments()["ssl_check_hostname"] is True


def test_without_iam_and_tls_a_client_needs_neither(kit, monkeypatch):
    module = kit("elasticache")
    for part, value in {"HOST": "127.0.0.1", "PORT": "6379", "TLS": "false"}.items():
        monkeypatch.setenv(f"PRICES_{part}", value)

    found = Fake(**module.Cache.from_environment("prices").arguments())

    assert (found.host, found.port, found.credential_provider) == ("127.0.0.1", 6379, None)
    assert not hasattr(found, "ssl")
