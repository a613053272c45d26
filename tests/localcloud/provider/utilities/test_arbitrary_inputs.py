"""No input makes a call fail otherwise than with a sentence about it."""

from __future__ import annotations

import grpc
import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localcloud.provider.utilities import table
from localcloud.provider.utilities.check import check
from localcloud.provider.utilities.declarations import ResourceType
from localcloud.provider.utilities.extensions import ALLOWED_USES, SUBJECT
from localcloud.provider.values import UNKNOWN, Secret, has_unknown
from tests.localcloud.provider.utilities.tls import AUTHORITY, KEY, REQUEST, SELF_SIGNED

ROWS = {**table.TYPES, **table.FUNCTIONS}
PEM = "-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n"


def real_pems():
    """Return a private key, a certificate of an authority and a request, all of the same key."""
    key = table.TYPES[KEY].create({"algorithm": "ED25519"}).outputs["privateKeyPem"]
    inputs = {
        token: {"privateKeyPem": key, **rest}
        for token, rest in ((REQUEST, {}), (SELF_SIGNED, AUTHORITY))
    }
    made = [
        table.TYPES[token].create(check(token, ROWS[token], inputs[token])[0]).outputs
        for token in inputs
    ]
    return key, made[0]["certRequestPem"], made[1]["certPem"]


PEMS = real_pems()
TEXTS = st.one_of(
    st.sampled_from(PEMS),
    st.text(max_size=5),
    st.sampled_from(["RSA", "ECDSA", "ED25519", "P224", "10.0.0.1", *ALLOWED_USES.one_of]),
    st.sampled_from(["PRIVATE KEY", "CERTIFICATE", "CERTIFICATE REQUEST"]).map(PEM.format),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 9), st.floats(), TEXTS, st.just(UNKNOWN)
)
KEYS = st.one_of(st.sampled_from(sorted(SUBJECT)), st.text(max_size=2))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3), inner.map(Secret)
    ),
    max_leaves=4,
)


def of_kind(kind):
    """Return values of a declared kind, some of them unknown or secret."""
    if isinstance(kind, dict):
        found = st.fixed_dictionaries({}, optional={key: of_kind(kind[key]) for key in kind})
    elif isinstance(kind, list) and kind[0] == "list":
        found = st.lists(of_kind(kind[1]), max_size=3)
    elif isinstance(kind, list):
        found = st.dictionaries(KEYS, of_kind(kind[1]), max_size=2)
    else:
        integers = st.integers(-3, 9) | st.just(1024)
        found = {
            "string": TEXTS | st.sampled_from(PEMS),
            "integer": integers,
            "boolean": st.booleans(),
        }[kind]
    return st.one_of(found, found, found, found.map(Secret), st.just(UNKNOWN))


@pytest.mark.parametrize("token", sorted(ROWS))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_check_says_what_is_wrong_with_any_input(token, data):
    declared = ROWS[token].inputs
    right = {key: of_kind(item.kind) for key, item in declared.items()}
    required = {key: right.pop(key) for key, item in declared.items() if item.required}
    given_inputs = data.draw(st.fixed_dictionaries(required, optional=right))
    if data.draw(st.booleans()):
        key = data.draw(st.sampled_from([*declared, "other"]))
        given_inputs[key] = data.draw(VALUES)

    inputs, failures = check(token, ROWS[token], given_inputs)

    assert all(failure.property and failure.reason for failure in failures)
    if not failures:
        assert inputs.keys() <= declared.keys()
        assert check(token, ROWS[token], inputs) == (inputs, [])
    if (
        not failures
        and token in table.TYPES
        and not has_unknown(inputs)
        and inputs.get("rsaBits", 0) <= 2048
    ):
        assert table.TYPES[token].create(inputs).id


def test_an_unexpected_error_is_reported_with_the_call(engine, monkeypatch):
    def fail(_):
        raise UnsupportedAlgorithm("no such curve")

    token = "random:index/broken:Broken"
    monkeypatch.setitem(table.TYPES, token, ResourceType(inputs={}, computed={}, create=fail))

    with pytest.raises(grpc.RpcError) as caught:
        engine.create(token)

    assert caught.value.details() == (
        "Create failed in the provider: UnsupportedAlgorithm: no such curve"
    )
