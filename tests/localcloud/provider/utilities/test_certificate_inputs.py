"""What Check refuses of certificates, and previews."""

from __future__ import annotations

import pytest

from localcloud.provider.utilities.extensions import ALLOWED_USES, SUBJECT
from localcloud.provider.values import UNKNOWN, Secret, unwrap_secrets
from tests.localcloud.provider.utilities.tls import (
    AUTHORITY,
    LEAF,
    REQUEST,
    SELF_SIGNED,
    SIGNED,
    new_key,
)

KEY_FAILURE = "set either privateKeyPem, or privateKeyPemWo with privateKeyPemWoVersion"


@pytest.mark.parametrize(
    ("inputs", "failures"),
    [
        ({"privateKeyPem": None}, {"privateKeyPem": KEY_FAILURE}),
        ({"privateKeyPemWo": UNKNOWN, "privateKeyPemWoVersion": 1}, {"privateKeyPem": KEY_FAILURE}),
        (
            {"privateKeyPem": None, "privateKeyPemWo": UNKNOWN},
            {"privateKeyPemWo": "set privateKeyPemWo together with privateKeyPemWoVersion"},
        ),
        (
            {"privateKeyPem": "no key"},
            {
                "privateKeyPem": "is not an unencrypted private key in PEM format (RSA, ECDSA or "
                "ED25519): pass private_key_pem of a tls.PrivateKey"
            },
        ),
        (
            {"allowedUses": ["server"]},
            {
                "allowedUses[0]": 'is "server": use one of '
                + ", ".join(ALLOWED_USES.one_of[:10])
                + ", ..."
            },
        ),
        (
            {"allowedUses": ["server_auth", "encipher_only"]},
            {"allowedUses[1]": 'is "encipher_only": add key_agreement'},
        ),
        ({"allowedUses": None}, {"allowedUses": "is required: set it"}),
        (
            {"validityPeriodHours": -1},
            {"validityPeriodHours": "is -1: use 0 to 2562047"},
        ),
        ({"maxPathLength": -2}, {"maxPathLength": "is -2: use at least -1"}),
        (
            {"isCaCertificate": True},
            {"subject": "is empty: a certificate authority needs one property of it"},
        ),
        (
            {"setAuthorityKeyId": True},
            {"setAuthorityKeyId": "is True: set setSubjectKeyId too"},
        ),
        (
            {"subject": {"country": "Germany", "name": "a"}},
            {
                "subject.name": "is not a property of subject: use one of "
                + ", ".join(sorted(SUBJECT))
            },
        ),
        (
            {"subject": {"country": "Germany", "commonName": "a" * 65}},
            {
                "subject.country": 'is "Germany": it must match [A-Za-z]{2}',
                "subject.commonName": f'has 65 characters ("{"a" * 56}..."): use at most 64',
            },
        ),
        ({"subject": "CN=a"}, {"subject": 'is "CN=a": write a map of properties'}),
        (
            {"dnsNames": ["a", "bü.test"]},
            {"dnsNames[1]": 'is "bü.test": write it in ASCII (Punycode)'},
        ),
        ({"dnsNames": [""]}, {"dnsNames[0]": 'has 0 characters (""): use at least 1'}),
        (
            {"ipAddresses": ["10.0.0.0/8"]},
            {"ipAddresses[0]": 'is "10.0.0.0/8": write an IPv4 or IPv6 address'},
        ),
        ({"uris": "a"}, {"uris": 'is "a": write a list of strings'}),
    ],
)
def test_wrong_inputs_are_refused_with_what_to_write(engine, key, inputs, failures):
    assert engine.check(SELF_SIGNED, **{"privateKeyPem": key, **LEAF, **inputs})[1] == failures


def test_what_cannot_be_signed_is_refused(engine, authority, request_pem):
    good = {**authority, "certRequestPem": request_pem, **LEAF}
    other = new_key(engine)
    cases = [
        ({"certRequestPem": "a"}, "certRequestPem", "is not a certificate request in PEM format"),
        ({"caCertPem": request_pem}, "caCertPem", "is not a certificate in PEM format"),
        ({"caPrivateKeyPem": other}, "caPrivateKeyPem", "is not the private key of caCertPem"),
        ({"isCaCertificate": True}, "certRequestPem", "has no subject"),
        ({"caCertPem": None}, "caCertPem", "is required"),
    ]

    assert engine.check(SIGNED, **good)[1] == {}
    for inputs, name, reason in cases:
        failures = engine.check(SIGNED, **{**good, **inputs})[1]
        assert list(failures) == [name]
        assert failures[name].startswith(reason)


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (SELF_SIGNED, {**AUTHORITY, "privateKeyPem": UNKNOWN, "subject": UNKNOWN}),
        (SELF_SIGNED, {**LEAF, "privateKeyPem": Secret(UNKNOWN), "dnsNames": ["a", UNKNOWN]}),
        (SELF_SIGNED, {**LEAF, "privateKeyPem": UNKNOWN, "allowedUses": [UNKNOWN]}),
        (SELF_SIGNED, {**LEAF, "privateKeyPem": UNKNOWN, "subject": {"country": UNKNOWN}}),
        (
            SIGNED,
            {
                **LEAF,
                "caCertPem": UNKNOWN,
                "caPrivateKeyPem": UNKNOWN,
                "certRequestPem": UNKNOWN,
                "isCaCertificate": UNKNOWN,
            },
        ),
        (REQUEST, {"privateKeyPem": UNKNOWN, "ipAddresses": UNKNOWN, "uris": [UNKNOWN]}),
    ],
)
def test_a_preview_takes_unknown_inputs_and_returns_unknown_outputs(engine, token, inputs):
    outputs = engine.create(token, preview=True, **inputs)[1]

    assert outputs["certRequestPem" if token == REQUEST else "certPem"] == UNKNOWN
    plain = unwrap_secrets(outputs)
    assert {key: plain[key] for key in inputs} == unwrap_secrets(inputs)
