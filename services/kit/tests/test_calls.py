"""Calls of other services: the headers that prove who calls."""

import datetime as dt

import pytest
from botocore.exceptions import EndpointConnectionError
from kit.roles import NOBODY, Caller

CORRELATION = "x-correlation-id"
ADA = Caller("ada", frozenset(), token="u")


@pytest.fixture
def calls(kit, monkeypatch):
    """The client of a service that calls `loans`, and `books`, which takes no service tokens."""
    fresh = kit("calls")
    for name in ("LOANS", "BOOKS"):
        monkeypatch.setenv(f"{name}_URL", f"https://{name.lower()}.test/")
    monkeypatch.setenv("LOANS_AUDIENCE", "loans.test")
    return fresh


@pytest.fixture
def sts(calls, monkeypatch):
    """AWS STS, which numbers its tokens and can be down."""

    class Sts:
        asked = ()
        up = True
        now = 1_000_000.0

        def get_web_identity_token(self, **request):
            if not self.up:
                raise EndpointConnectionError(endpoint_url="https://sts")
            self.asked = [*self.asked, request]
            expires = dt.datetime.fromtimestamp(self.now + request["DurationSeconds"], dt.UTC)
            return {"WebIdentityToken": f"token-{len(self.asked)}", "Expiration": expires}

    made = Sts()
    monkeypatch.setattr(calls, "_sts", lambda: made)
    monkeypatch.setattr("time.time", lambda: made.now)
    return made


def test_a_call_proves_who_calls_and_carries_the_correlation_id(calls, sts):
    reset = calls.correlation.current.set("abc")
    sent = f"00-{'1' * 32}-{'2' * 16}-01"
    trace = calls.correlation.traceparent.set(sent)
    hops = calls.correlation.hops.set(3)

    found = calls.headers("loans")
    calls.correlation.current.reset(reset)
    calls.correlation.traceparent.reset(trace)
    calls.correlation.hops.reset(hops)

    assert found == {
        CORRELATION: "abc",
        "traceparent": sent,
        "x-amzn-trace-id": f"Root=1-{'1' * 8}-{'1' * 24};Parent={'2' * 16};Sampled=1",
        "baggage": "hops=3",
        "authorization": "Bearer token-1",
    }
    assert sts.asked == [
        {"Audience": ["loans.test"], "SigningAlgorithm": "RS256", "DurationSeconds": 300}
    ]
    assert calls.url("loans") == "https://loans.test"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("loans", {"authorization": "Bearer token-1", "x-user-token": "u"}),
        ("books", {"authorization": "Bearer u"}),
    ],
)
def test_the_token_of_the_user_is_passed_on(calls, sts, service, expected):
    assert calls.headers(service, ADA) == expected


@pytest.mark.parametrize("caller", [None, NOBODY])
def test_a_callee_that_takes_no_tokens_gets_none(calls, sts, caller):
    assert calls.headers("books", caller) == {}
    assert list(sts.asked) == []


async def test_a_token_is_used_until_a_minute_before_it_expires(calls, sts):
    found = []
    for now in (0, 239, 241):
        sts.now = 1_000_000.0 + now
        found.append((await calls.headers_async("loans"))["authorization"])

    assert found == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


def test_a_token_that_is_still_valid_survives_an_outage(calls, sts, caplog):
    calls.headers("loans")
    sts.up = False
    sts.now += 270

    assert calls.headers("loans")["authorization"] == "Bearer token-1"
    assert caplog.records[-1].getMessage() == "a token was not renewed"
    sts.now += 60
    with pytest.raises(calls.NoTokenError, match=r"no token for loans\.test: Could not connect"):
        calls.headers("loans")


def test_the_client_is_that_of_the_region(calls, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)  # of a shell with the local environment
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")  # otherwise they are sought on the network

    assert calls._sts().meta.endpoint_url == "https://sts.eu-west-1.amazonaws.com"
