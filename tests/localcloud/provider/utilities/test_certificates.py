"""Certificates and certificate requests of `tls`."""

from __future__ import annotations

import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from localcloud.provider.utilities.certificates import timestamp
from localcloud.provider.utilities.extensions import ALLOWED_USES, EXTENDED_USAGES, SUBJECT, USAGES
from localcloud.provider.values import Secret
from tests.localcloud.provider.utilities.tls import (
    AUTHORITY,
    CERTIFICATE,
    LEAF,
    NAMES,
    REQUEST,
    SELF_SIGNED,
    SIGNED,
    extension,
    load,
    new_key,
    self_signed,
)


@pytest.mark.parametrize(
    ("algorithm", "inputs"),
    [
        ("RSA", {}),
        ("ECDSA", {"ecdsaCurve": "P256"}),
        ("ECDSA", {"ecdsaCurve": "P384"}),
        ("ECDSA", {"ecdsaCurve": "P521"}),
        ("ED25519", {}),
    ],
)
def test_a_request_is_signed_by_an_authority(engine, algorithm, inputs):
    ca_key, leaf_key = (new_key(engine, algorithm, **inputs) for _ in range(2))
    ca = self_signed(engine, ca_key, **AUTHORITY)
    request = engine.made(
        REQUEST, privateKeyPem=leaf_key, subject={"commonName": "shop.test"}, **NAMES
    )

    made = engine.made(
        SIGNED,
        caCertPem=ca,
        caPrivateKeyPem=ca_key,
        certRequestPem=request["certRequestPem"],
        **LEAF,
    )

    leaf, root = load(made["certPem"]), load(ca)
    leaf.verify_directly_issued_by(root)
    assert made["id"] == str(leaf.serial_number)
    assert made["caKeyAlgorithm"] == request["keyAlgorithm"] == algorithm
    assert leaf.subject.rfc4514_string() == "CN=shop.test"
    assert leaf.issuer == root.subject
    assert made["validityStartTime"] == timestamp(leaf.not_valid_before_utc)
    assert made["validityEndTime"] == timestamp(leaf.not_valid_after_utc)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == dt.timedelta(hours=12)
    identifier = extension(root, x509.SubjectKeyIdentifier).value.digest
    assert extension(leaf, x509.AuthorityKeyIdentifier).value.key_identifier == identifier
    if algorithm != "ED25519" and inputs.get("ecdsaCurve") != "P521":  # not in the web's profile
        policy = PolicyBuilder().store(Store([root]))
        for name in (x509.DNSName("a.shop.test"), x509.IPAddress(ipaddress.ip_address("::1"))):
            assert policy.build_server_verifier(name).verify(leaf, []) == [leaf, root]


def test_a_self_signed_certificate_has_what_its_inputs_say(engine, key):
    pem = self_signed(engine, key, setSubjectKeyId=True, **{**LEAF, **NAMES})

    certificate = load(pem)
    certificate.verify_directly_issued_by(certificate)
    names = extension(certificate, x509.SubjectAlternativeName)
    assert names.critical, "RFC 5280 demands it of a certificate without a subject"
    assert names.value.get_values_for_type(x509.DNSName) == NAMES["dnsNames"]
    assert [str(ip) for ip in names.value.get_values_for_type(x509.IPAddress)] == (
        NAMES["ipAddresses"]
    )
    assert names.value.get_values_for_type(x509.UniformResourceIdentifier) == NAMES["uris"]
    assert not extension(certificate, x509.BasicConstraints).value.ca
    assert extension(certificate, x509.SubjectKeyIdentifier)
    usage = extension(certificate, x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_encipherment
    assert list(extension(certificate, x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]
    with pytest.raises(x509.ExtensionNotFound):
        extension(certificate, x509.AuthorityKeyIdentifier)


def test_every_use_and_every_part_of_the_subject_is_in_the_certificate(engine, key):
    subject = {name: f"the {name}" for name in SUBJECT}
    subject |= {"country": "DE", "streetAddresses": ["a 1", "b 2"], "emailAddress": "a@shop.test"}

    pem = self_signed(
        engine, key, allowedUses=list(ALLOWED_USES.one_of), validityPeriodHours=1, subject=subject
    )

    certificate = load(pem)
    usage = extension(certificate, x509.KeyUsage).value
    assert all(getattr(usage, name) for name in USAGES.values())
    extended = set(extension(certificate, x509.ExtendedKeyUsage).value)
    assert extended == set(EXTENDED_USAGES.values())
    found = [(item.oid, item.value) for item in certificate.subject]
    expected = [(oid, subject[name]) for name, oid in SUBJECT.items() if name != "streetAddresses"]
    assert [item for item in found if item[0] != NameOID.STREET_ADDRESS] == expected
    assert [value for oid, value in found if oid == NameOID.STREET_ADDRESS] == ["a 1", "b 2"]


@pytest.mark.parametrize(
    ("inputs", "constraints"),
    [
        ({}, (True, None)),
        ({"maxPathLength": 0}, (True, 0)),
        ({"maxPathLength": 2}, (True, 2)),
        ({"isCaCertificate": False, "setSubjectKeyId": True, "maxPathLength": 2}, (False, None)),
    ],
)
def test_the_length_of_a_path_is_of_authorities(engine, key, inputs, constraints):
    certificate = load(self_signed(engine, key, **{**AUTHORITY, **inputs}))

    found = extension(certificate, x509.BasicConstraints)
    assert found.critical
    assert (found.value.ca, found.value.path_length) == constraints


@pytest.mark.parametrize("token", [REQUEST, SELF_SIGNED])
def test_the_private_key_is_secret_and_a_write_only_one_is_not_in_the_outputs(engine, key, token):
    rest = LEAF if token == SELF_SIGNED else {}

    plain = engine.create(token, privateKeyPem=key, **rest)[1]
    write_only = engine.create(token, privateKeyPemWo=key, privateKeyPemWoVersion=1, **rest)[1]

    assert engine.inputs(token, privateKeyPem=key, **rest)["privateKeyPem"] == Secret(key)
    assert plain["privateKeyPem"] == Secret(key)
    assert "privateKeyPemWo" not in write_only
    assert write_only["privateKeyPemWoVersion"] == 1
    assert write_only["keyAlgorithm"] == "ECDSA"


def test_an_authority_without_extensions_signs_a_request_without_names(engine, key):
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "old")]), dt.datetime.now(dt.UTC)
    signer = load_pem_private_key(key.encode(), None)
    builder = x509.CertificateBuilder(name, name, signer.public_key(), 1, now, now)
    ca = builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    request = engine.made(REQUEST, privateKeyPem=key)["certRequestPem"]
    signing = {"caCertPem": ca, "caPrivateKeyPem": key, "certRequestPem": request}

    made = engine.made(SIGNED, **signing, **LEAF)

    found = {type(item.value) for item in load(made["certPem"]).extensions}
    assert found == {x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage}
    described = engine.invoke(CERTIFICATE, content=ca)[0]["certificates"][0]
    assert (described["isCa"], described["maxPathLength"]) == (False, 0)


def test_the_properties_of_a_certificate(engine, key):
    subject = {"commonName": "shop, inc", "organization": "Shop", "serialNumber": "7"}
    pem = self_signed(engine, key, **{**AUTHORITY, "maxPathLength": 3, "subject": subject})

    found, failures = engine.invoke(CERTIFICATE, content=pem)

    certificate = load(pem)
    assert failures == {}
    assert found["content"] == pem
    assert found["certificates"] == [
        {
            "certPem": pem,
            "isCa": True,
            "issuer": r"SERIALNUMBER=7,CN=shop\, inc,O=Shop",
            "maxPathLength": 3,
            "notAfter": timestamp(certificate.not_valid_after_utc),
            "notBefore": timestamp(certificate.not_valid_before_utc),
            "publicKeyAlgorithm": "ECDSA",
            "serialNumber": str(certificate.serial_number),
            "sha1Fingerprint": certificate.fingerprint(hashes.SHA1()).hex(),
            "signatureAlgorithm": "ECDSA-SHA256",
            "subject": r"SERIALNUMBER=7,CN=shop\, inc,O=Shop",
            "version": 3,
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "failures"),
    [
        ({}, {"content": "is required: set it"}),
        ({"content": "a"}, {"content": "is not a certificate in PEM format: write one"}),
        ({"content": "a", "verifyChain": True}, {"verifyChain": "is for a url only: remove it"}),
        (
            {"url": "https://shop.test"},
            {
                "url": "is not fetched by the local cloud: pass the certificate in PEM format as "
                "content, or do without it, as aws.iam.OpenIdConnectProvider does without "
                "thumbprint_lists"
            },
        ),
    ],
)
def test_a_certificate_that_is_not_given_is_refused(engine, arguments, failures):
    assert engine.invoke(CERTIFICATE, **arguments)[1] == failures
