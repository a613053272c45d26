"""Keys and verified tokens are cached, and unknown key IDs cause few requests."""

import io
import json
import time

import jwt
import pytest
from kit import tokens
from kit.errors import KeysUnavailableError, UnauthenticatedError
from kit.testing import callers


@pytest.fixture
def issuer(monkeypatch):
    """A verifier whose issuer is this fixture: it counts requests and can be down."""

    class Issuer:
        requests = 0
        answer = json.dumps(callers.key_set()).encode()
        now = 1000.0
        verifier = tokens.Verifier(callers.SERVICES, "https://keys")

        def opened(self, _uri, timeout):
            self.requests += 1
            if self.answer is None:
                raise TimeoutError(f"not within {timeout} s")
            return io.BytesIO(self.answer)

    made = Issuer()
    monkeypatch.setattr("urllib.request.urlopen", made.opened)
    monkeypatch.setattr("time.monotonic", lambda: made.now)
    return made


def signed_by(key_id):
    return jwt.encode(callers.claims("orders"), callers._key(), "RS256", {"kid": key_id})


def test_keys_are_read_once_a_day(issuer):
    first, second = callers.token("orders"), callers.token("orders", jti="second")

    for token in (first, first, second):
        assert issuer.verifier.claims(token)["sub"] == callers.role("orders")
    read = issuer.requests
    issuer.now += 24 * 3600
    issuer.verifier.claims(callers.token("orders", jti="third"))

    assert (read, issuer.requests) == (1, 2)


def test_an_unknown_key_is_looked_for_but_not_at_every_request(issuer):
    issuer.verifier.claims(callers.token("orders"))
    issuer.now += 60

    for key_id in "abc":
        with pytest.raises(UnauthenticatedError, match=f"has no key '{key_id}'"):
            issuer.verifier.claims(signed_by(key_id))

    assert issuer.requests == 2


@pytest.mark.parametrize("answer", [None, b"{", b"[]", b'{"keys": [{"kty": "RSA"}]}'])
def test_without_keys_nobody_is_refused_as_unknown(issuer, answer, caplog):
    issuer.answer = answer

    for _ in range(2):
        with pytest.raises(KeysUnavailableError, match="cannot be read; try again"):
            issuer.verifier.claims(callers.token("orders"))

    assert issuer.requests == 1
    assert caplog.records[0].getMessage() == "keys cannot be read"


def test_keys_are_kept_while_the_issuer_is_down(issuer):
    issuer.verifier.claims(callers.token("orders"))
    issuer.answer = None
    issuer.now += 48 * 3600

    assert issuer.verifier.claims(callers.token("orders", jti="later"))


@pytest.mark.parametrize(
    ("key", "algorithm"), [("secret" * 8, "HS256"), (None, "none"), ("rsa", "RS512")]
)
def test_only_one_algorithm_is_accepted(issuer, key, algorithm):
    key = callers._key() if key == "rsa" else key
    token = jwt.encode(callers.claims("orders"), key, algorithm, {"kid": callers.KEY_ID})

    with pytest.raises(UnauthenticatedError, match="not valid"):
        issuer.verifier.claims(token)


def test_a_cached_token_expires(issuer, monkeypatch):
    token = callers.token("orders")
    issuer.verifier.claims(token)
    later = time.time() + callers.VALID_SECONDS + tokens.LEEWAY_SECONDS + 1
    monkeypatch.setattr("time.time", lambda: later)

    with pytest.raises(UnauthenticatedError, match="has expired"):
        issuer.verifier.claims(token)


def test_the_cache_is_limited(issuer, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_VERIFIED", 2)

    for number in range(5):
        issuer.verifier.claims(callers.token("orders", jti=str(number)))

    assert len(issuer.verifier._verified) == 1
